/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tests of the Diameter side share: an HSS and a gateway for each test, and a worker that asks.
 * Only for the files of this folder.
 */

#ifndef IPSMGW_TEST_DIAMETER_FIXTURE_H
#define IPSMGW_TEST_DIAMETER_FIXTURE_H

#include <check.h>

#include "diameter/codes.h"
#include "gateway.h"
#include "hss.h"

#define HSS_NAME "hss.ims.test"
#define OUTGOING 64 /* slots */
#define INCOMING 8
#define OPEN_MS 8000 /* until a peer is open */
#define NODE_TEST_SECONDS 60

extern const char *node_work;	  /* where each test makes its folder */
extern char folder[HSS_PATH / 2]; /* of this test */
extern char conf[HSS_PATH];		  /* its gateway's configuration */
extern struct hss hss;
extern struct gateway g;
extern struct diameter_settings settings;
extern bool stopped; /* the gateway is */

/* A folder for this test. */
void make_folder(void);

/* Settings of the tests: incoming_ms 500, a log in the folder. */
void default_settings(void);

/* A gateway with the configuration that is there, or one that is written for these peers, until all are open. */
void run_gateway(const struct hss *const *peers, unsigned count);
void start_gateway(const struct hss *const *peers, unsigned count);
/* In less than 5 s. */
void stop_gateway(void);

/* The fixture of most tests: one HSS and a gateway. */
void start_all(void);
void stop_all(void);

/* A slot with a request about 15550000001; udr() asks for Data-Reference 24. */
struct slot *request(enum diameter_operation operation);
struct slot *udr(void);
void add_reference(struct slot *slot, uint8_t reference);

/* Send it; ask() waits for the same slot with its outcome. */
void submit(struct slot *slot, unsigned timeout_ms);
struct slot *ask_within(struct slot *slot, unsigned timeout_ms);
struct slot *ask(struct slot *slot);
/* None is in use then. */
void give_back(struct slot *slot);

void check_result(const struct slot *slot, uint32_t vendor, uint32_t result);
/* 2001 of the HSS. */
void check_success(const struct slot *slot);
/* That text is in User-Data. */
bool data_has(const struct slot *slot, const char *text);

/* A fault of the HSS (test/hss/faults.h). */
void plan(const char *fault);

/* The tests. */
TCase *node_commands(void);
TCase *node_endings(void);
TCase *node_incoming(void);
TCase *node_process(void);
TCase *node_configuration(void);

#endif
