-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- The tables for ipsmgw's parameter db_url, in MySQL or MariaDB. May be run again: what is there stays.
-- Texts are printable ASCII; other octets, quotes, "\" and "^" are "^" and two hex digits.
--
--     mysql kamailio <mysql.sql

CREATE TABLE IF NOT EXISTS version (
	table_name VARCHAR(32) NOT NULL UNIQUE,
	table_version INTEGER UNSIGNED DEFAULT 0 NOT NULL
);

-- A row is one registration.
CREATE TABLE IF NOT EXISTS ipsmgw_registration (
	impu_key VARCHAR(767) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- the primary IMPU, one text for all its spellings
	impus TEXT CHARACTER SET ascii NOT NULL, -- the implicit set, the primary IMPU first; a blank between two
	msisdn VARCHAR(16) CHARACTER SET ascii NOT NULL, -- digits
	imsi VARCHAR(16) CHARACTER SET ascii NOT NULL, -- digits
	impi TEXT CHARACTER SET ascii NOT NULL,
	scscf TEXT CHARACTER SET ascii NOT NULL, -- URI
	contacts TEXT CHARACTER SET ascii NOT NULL, -- EXPIRES_AT,SMSIP,URI of each; a blank between two; SMSIP 0 unknown, 1 yes, 5 also without MSISDN, 2 no
	user_state VARCHAR(16) CHARACTER SET ascii NOT NULL, -- 16 hex digits
	capability INTEGER NOT NULL, -- 0 unknown, 1 takes short messages, 2 does not
	hss_wanted INTEGER NOT NULL,
	hss_told INTEGER NOT NULL,
	registered_at BIGINT NOT NULL, -- seconds since 1970
	expires_at BIGINT NOT NULL, -- seconds since 1970
	written_by VARCHAR(16) CHARACTER SET ascii DEFAULT '' NOT NULL, -- the gateway that wrote the row, by a name that it has while it runs
	changed_in BIGINT DEFAULT 0 NOT NULL, -- number of the transaction, with db_mode 3
	gone INTEGER DEFAULT 0 NOT NULL, -- 1: the registration was ended; the row stays until expires_at for other gateways to see
	INDEX ipsmgw_registration_expires_at (expires_at),
	INDEX ipsmgw_registration_changed_in (changed_in)
) ENGINE=InnoDB;

-- One row: the number of the last transaction, with db_mode 3.
CREATE TABLE IF NOT EXISTS ipsmgw_change (
	number BIGINT NOT NULL
) ENGINE=InnoDB;

INSERT INTO ipsmgw_change (number)
	SELECT 0 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM ipsmgw_change);

-- A row is a short message to a phone whose hub was answered 202, until its outcome is told.
CREATE TABLE IF NOT EXISTS ipsmgw_delivery (
	name VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- random
	gateway VARCHAR(255) CHARACTER SET ascii NOT NULL, -- gateway_uri of the gateway that it belongs to
	receiver TEXT CHARACTER SET ascii NOT NULL, -- the identity that the hub named
	sender TEXT CHARACTER SET ascii NOT NULL,
	rp_oa TEXT CHARACTER SET ascii NOT NULL, -- digits
	tpdus MEDIUMTEXT CHARACTER SET ascii NOT NULL, -- of all parts, in hex; a blank between two
	message MEDIUMTEXT CHARACTER SET ascii NOT NULL, -- the hub's MESSAGE
	received TEXT CHARACTER SET ascii NOT NULL, -- by what it came: PROTOCOL,IP,PORT,OUR IP,OUR PORT
	impu TEXT CHARACTER SET ascii NOT NULL, -- where it went last
	sent TEXT CHARACTER SET ascii NOT NULL, -- Call-ID of the part that was sent last
	outcome TEXT CHARACTER SET ascii NOT NULL, -- of state 2: KIND,SIP STATUS,RP-CAUSE,TP-FCS
	state INTEGER NOT NULL, -- 0 waits, 1 a part may be at the phone, 2 ended
	place BIGINT NOT NULL, -- in the order; microseconds since 1970
	expires_at BIGINT NOT NULL, -- milliseconds since 1970
	parts_delivered INTEGER NOT NULL,
	flags INTEGER NOT NULL, -- 1 may be held, 2 the hub wants to know of a success, 4 of a failure, 8 it is a hub's, 16 its sender has no number, 32 it has a document of SMS without MSISDN
	INDEX ipsmgw_delivery_place (gateway, place)
) ENGINE=InnoDB;

INSERT INTO version (table_name, table_version)
	SELECT 'ipsmgw_registration', 1 FROM DUAL
	WHERE NOT EXISTS (SELECT 1 FROM version WHERE table_name = 'ipsmgw_registration');

INSERT INTO version (table_name, table_version)
	SELECT 'ipsmgw_delivery', 1 FROM DUAL
	WHERE NOT EXISTS (SELECT 1 FROM version WHERE table_name = 'ipsmgw_delivery');
