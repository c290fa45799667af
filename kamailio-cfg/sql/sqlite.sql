-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- The tables for ipsmgw's parameter db_url, in SQLite. May be run again: what is there stays.
-- Texts are printable ASCII; other octets, quotes, "\" and "^" are "^" and two hex digits.
--
--     sqlite3 /var/lib/kamailio/ipsmgw-registry.sqlite <sqlite.sql

CREATE TABLE IF NOT EXISTS version (
	table_name VARCHAR(32) NOT NULL UNIQUE,
	table_version INTEGER DEFAULT 0 NOT NULL
);

-- A row is one registration.
CREATE TABLE IF NOT EXISTS ipsmgw_registration (
	impu_key VARCHAR(800) NOT NULL PRIMARY KEY, -- the primary IMPU, one text for all its spellings
	impus TEXT NOT NULL, -- the implicit set, the primary IMPU first; a blank between two
	msisdn VARCHAR(16) NOT NULL, -- digits
	imsi VARCHAR(16) NOT NULL, -- digits
	impi TEXT NOT NULL,
	scscf TEXT NOT NULL, -- URI
	contacts TEXT NOT NULL, -- EXPIRES_AT,SMSIP,URI of each; a blank between two; SMSIP 0 unknown, 1 yes, 5 also without MSISDN, 2 no
	user_state VARCHAR(16) NOT NULL, -- 16 hex digits
	capability INTEGER NOT NULL, -- 0 unknown, 1 takes short messages, 2 does not
	hss_wanted INTEGER NOT NULL,
	hss_told INTEGER NOT NULL,
	registered_at BIGINT NOT NULL, -- seconds since 1970
	expires_at BIGINT NOT NULL, -- seconds since 1970
	written_by VARCHAR(16) DEFAULT '' NOT NULL, -- the gateway that wrote the row, by a name that it has while it runs
	changed_in BIGINT DEFAULT 0 NOT NULL, -- number of the transaction, with db_mode 3
	gone INTEGER DEFAULT 0 NOT NULL -- 1: the registration was ended; the row stays until expires_at for other gateways to see
);
CREATE INDEX IF NOT EXISTS ipsmgw_registration_expires_at ON ipsmgw_registration (expires_at);
CREATE INDEX IF NOT EXISTS ipsmgw_registration_changed_in ON ipsmgw_registration (changed_in);

-- One row: the number of the last transaction, with db_mode 3.
CREATE TABLE IF NOT EXISTS ipsmgw_change (
	number BIGINT NOT NULL
);

INSERT INTO ipsmgw_change (number)
	SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ipsmgw_change);

-- A row is a short message to a phone whose hub was answered 202, until its outcome is told.
CREATE TABLE IF NOT EXISTS ipsmgw_delivery (
	name VARCHAR(16) NOT NULL PRIMARY KEY, -- random
	gateway VARCHAR(255) NOT NULL, -- gateway_uri of the gateway that it belongs to
	receiver TEXT NOT NULL, -- the identity that the hub named
	sender TEXT NOT NULL,
	rp_oa TEXT NOT NULL, -- digits
	tpdus TEXT NOT NULL, -- of all parts, in hex; a blank between two
	message TEXT NOT NULL, -- the hub's MESSAGE
	received TEXT NOT NULL, -- by what it came: PROTOCOL,IP,PORT,OUR IP,OUR PORT
	impu TEXT NOT NULL, -- where it went last
	sent TEXT NOT NULL, -- Call-ID of the part that was sent last
	outcome TEXT NOT NULL, -- of state 2: KIND,SIP STATUS,RP-CAUSE,TP-FCS
	state INTEGER NOT NULL, -- 0 waits, 1 a part may be at the phone, 2 ended
	place BIGINT NOT NULL, -- in the order; microseconds since 1970
	expires_at BIGINT NOT NULL, -- milliseconds since 1970
	parts_delivered INTEGER NOT NULL,
	flags INTEGER NOT NULL -- 1 may be held, 2 the hub wants to know of a success, 4 of a failure, 8 it is a hub's, 16 its sender has no number, 32 it has a document of SMS without MSISDN
);
CREATE INDEX IF NOT EXISTS ipsmgw_delivery_place ON ipsmgw_delivery (gateway, place);

INSERT INTO version (table_name, table_version)
	SELECT 'ipsmgw_registration', 1
	WHERE NOT EXISTS (SELECT 1 FROM version WHERE table_name = 'ipsmgw_registration');

INSERT INTO version (table_name, table_version)
	SELECT 'ipsmgw_delivery', 1
	WHERE NOT EXISTS (SELECT 1 FROM version WHERE table_name = 'ipsmgw_delivery');
