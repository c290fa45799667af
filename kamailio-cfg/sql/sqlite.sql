-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- The table of registrations for ipsmgw's parameter db_url, in SQLite. May be run again: what is there stays.
-- A row is one registration. Its texts are printable ASCII; other octets, quotes, "\" and "^" are "^" and two hex digits.
--
--     sqlite3 /var/lib/kamailio/ipsmgw-registry.sqlite <sqlite.sql

CREATE TABLE IF NOT EXISTS version (
	table_name VARCHAR(32) NOT NULL UNIQUE,
	table_version INTEGER DEFAULT 0 NOT NULL
);

CREATE TABLE IF NOT EXISTS ipsmgw_registration (
	impu_key VARCHAR(800) NOT NULL PRIMARY KEY, -- the primary IMPU, one text for all its spellings
	impus TEXT NOT NULL, -- the implicit set, the primary IMPU first; a blank between two
	msisdn VARCHAR(16) NOT NULL, -- digits
	imsi VARCHAR(16) NOT NULL, -- digits
	impi TEXT NOT NULL,
	scscf TEXT NOT NULL, -- URI
	contacts TEXT NOT NULL, -- EXPIRES_AT,SMSIP,URI of each; a blank between two; SMSIP 0 unknown, 1 yes, 2 no
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

INSERT INTO version (table_name, table_version)
	SELECT 'ipsmgw_registration', 1
	WHERE NOT EXISTS (SELECT 1 FROM version WHERE table_name = 'ipsmgw_registration');
