/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The subscribers of the HSS of the tests: read from a file, changed by requests and by the control channel.
 *
 * The file has a field a line, its name and its values separated by blanks; # begins a comment, the line "subscriber" a new
 * subscriber.
 *
 *     deny gateway.test               (before the first subscriber) this Origin-Host may neither read, change nor subscribe over Sh
 *     featureless                     (the same) it knows no features: one Data-Reference a request
 *     refuse 32                       (the same, several) data that nobody may read
 *     shape pyhss                     (the same) whatever is asked, UDA has the one document of PyHSS; featureless
 *     subscriber
 *     imsi 001010000000001
 *     msisdn 15550000001
 *     impi 001010000000001@ims.mnc001.mcc001.3gppnetwork.org
 *     impu sip:+15550000001@ims.test  (several)
 *     external alice@ims.test
 *     state 1                         IMSUserState
 *     scscf sip:scscf.ims.test:6060
 *     sc-address 15551230000
 *     ip-sm-gw-number 15557770001     (then "fixed": requests do not change it)
 *     ip-sm-gw-host gateway.test ims.test
 *     mme mme.test epc.test 15558880001    name, realm, number for MT SMS
 *     sgsn sgsn.test epc.test 15558880002
 *     msc 15558880003
 *     absent 1 1 6                    diagnostics of MME, MSC, SGSN when no node is there; - for none
 *     tads 1 1004 2026-01-01T00:00:00Z     IMS voice over PS supported, RAT type, last activity
 *     mwd 15551230000                 (several) waiting service centres
 *     mwd-status 4                    flags MNRF, MCEF, MNRG, MNR5G of MWD-Status
 *     alert-msisdn 15550000009        the MSISDN in MWD when it is another one
 *     barred 1
 *     not-subscribed 1                no short messages for him
 *
 * A field without values is cleared.
 */
#ifndef HSS_DATA_H
#define HSS_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "avp.h"

#define IDENTITY_MAX 256
#define IMPUS_MAX 8
#define MWD_MAX 5
#define SUBSCRIPTIONS_MAX 16

enum node_kind
{
	NODE_MME,
	NODE_SGSN,
	NODE_MSC,
	NODES
};

struct node
{
	char name[IDENTITY_MAX];
	char realm[IDENTITY_MAX];
	char number[DIGITS_MAX];
	int absent; /* Absent-User-Diagnostic-SM; -1: none */
};

/* Somebody who asked for notifications (SNR). */
struct subscription
{
	char host[IDENTITY_MAX]; /* empty: place is free */
	char realm[IDENTITY_MAX];
	uint32_t reference;
	bool once;
	time_t expiry; /* 0: never */
};

struct subscriber
{
	char imsi[DIGITS_MAX];
	char msisdn[DIGITS_MAX];
	char impi[IDENTITY_MAX];
	char impus[IMPUS_MAX][IDENTITY_MAX];
	char external[IDENTITY_MAX];
	char state[4];
	char scscf[IDENTITY_MAX];
	char sc_address[DIGITS_MAX];
	char gw_number[DIGITS_MAX];
	bool gw_fixed;
	char gw_host[IDENTITY_MAX];
	char gw_realm[IDENTITY_MAX];
	struct node nodes[NODES];
	char tads_support[4];
	char tads_rat[12];
	char tads_active[40];
	char mwd[MWD_MAX][DIGITS_MAX];
	uint32_t mwd_status;
	char alert_msisdn[DIGITS_MAX];
	bool barred;
	bool not_subscribed;
	struct subscription subscriptions[SUBSCRIPTIONS_MAX];
};

enum identity_kind
{
	BY_IMPU = 1 << 0,
	BY_MSISDN = 1 << 1,
	BY_EXTERNAL = 1 << 2,
	BY_IMSI = 1 << 3,
	BY_IMPI = 1 << 4,
	BY_ANY = BY_IMPU | BY_MSISDN | BY_EXTERNAL | BY_IMSI | BY_IMPI,
};

/* Read the file. 0, or -1 with a line in the log that names the bad one. */
int data_load(const char *path);
void data_free(void);

/* Who touches a subscriber holds the lock. */
void data_lock(void);
void data_unlock(void);

/* NULL: no such subscriber. kinds: bits of identity_kind. */
struct subscriber *data_find(int kinds, const char *identity);
bool data_denied(const char *host);

/* How this HSS differs from one that does all that the standard says. */
struct manner
{
	bool featureless;
	bool pyhss;
	uint64_t refused; /* bits, 1 << Data-Reference */
};
const struct manner *data_manner(void);

/* Set a field, as a line of the file; the line is cut to pieces. 0, or -1: no such field or bad values. */
int data_set(struct subscriber *subscriber, char *line);
/* One line of "name=value" of what requests may change. */
void data_show(FILE *out, const struct subscriber *subscriber);

bool node_present(const struct node *node);

#endif
