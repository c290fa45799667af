/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RPC commands: see ipsmgw_rpc.h.
 */
#include "ipsmgw_rpc.h"
#include "ipsmgw_rpc_hss.h"
#include "ipsmgw_rpc_pending.h"
#include "ipsmgw_rpc_registry.h"

#include <ctype.h>

#include "flow/counters.h"
#include "flow/delivery.h"
#include "flow/hss_counters.h"
#include "flow/hss_update.h"
#include "flow/job.h"
#include "flow/settings.h"
#include "flow/submitted.h"
#include "flow/sms.h"
#include "flow/subscription.h"

static void rpc_stats(rpc_t *rpc, void *ctx)
{
	void *s;
	int i;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	for(i = 0; i < CNT_COUNT; i++)
		rpc->struct_add(s, "d", counter_label(i), (int)counter_read(i));
	for(i = 0; hss_counter_label(i); i++)
		rpc->struct_add(s, "d", hss_counter_label(i), (int)hss_counter_read(i));
	rpc->struct_add(s, "ddd", "jobs_pending", (int)jobs_pending(), "jobs_peak",
			(int)jobs_peak(), "jobs_max", (int)jobs_max());
	rpc->struct_add(s, "dddd", "deliveries_pending", (int)deliveries_pending(),
			"deliveries_held", (int)deliveries_held(), "deliveries_peak",
			(int)deliveries_peak(), "deliveries_max", (int)deliveries_max());
	rpc->struct_add(s, "ddd", "subscriptions_count", (int)subscriptions_count(),
			"subscriptions_waiting", (int)subscriptions_waiting(),
			"subscriptions_max", (int)subscriptions_max());
	rpc->struct_add(s, "d", "hss_updates_waiting", (int)hss_updates_count());
	rpc->struct_add(s, "d", "status_reports_waiting", (int)submitted_count());
}

/* --- decode -------------------------------------------------------------------- */

static int from_hex(uint8_t *out, size_t cap, size_t *len, str in)
{
	int i;

	*len = 0;
	if(in.len % 2 != 0 || (size_t)in.len / 2 > cap)
		return -1;
	for(i = 0; i < in.len; i += 2) {
		char pair[3] = {in.s[i], in.s[i + 1], 0};

		if(!isxdigit((unsigned char)pair[0])
				|| !isxdigit((unsigned char)pair[1]))
			return -1;
		out[(*len)++] = (uint8_t)strtol(pair, NULL, 16);
	}
	return 0;
}

static void add_decoded(rpc_t *rpc, void *s, const uint8_t *body, size_t len)
{
	bool mo = len > 0 && (body[0] & 1) == 0;
	char text[SMS_TEXT_MAX + 1];
	struct sms_error err = {0};
	struct rp_msg rp;
	struct tp_msg tp;
	size_t n;

	if(rp_decode(&rp, &err, mo, body, len) < 0)
		goto refused;
	rpc->struct_add(s, "ssd", "direction", mo ? "MO" : "MT", "rp",
			rp_type_name(rp.type), "rp_mr", rp.mr);
	if(rp.type == RP_ERROR)
		rpc->struct_add(s, "ds", "cause", rp.cause, "cause_name",
				rp_cause_name(rp.cause));
	if(rp.type == RP_SMMA || !rp.has_ud)
		return;
	if(tp_decode(&tp, &err, mo,
			   rp.type == RP_DATA  ? TP_IN_RP_DATA
			   : rp.type == RP_ACK ? TP_IN_RP_ACK
								   : TP_IN_RP_ERROR,
			   rp.ud, rp.ud_len)
			< 0)
		goto refused;
	rpc->struct_add(s, "s", "tp", tp_type_name(tp.type));
	if(tp.type == TP_SUBMIT || tp.type == TP_DELIVER)
		rpc->struct_add(s, "sd", "address", tp.addr.value, "dcs", tp.dcs);
	if((tp.type == TP_SUBMIT || tp.type == TP_DELIVER)
			&& sms_text_decode(
					   text, &n, tp.dcs, &tp.udh, tp.ud, tp.ud_len, tp.udl)
					   == 0) {
		text[n] = '\0';
		rpc->struct_add(s, "s", "text", text);
	}
	return;

refused:
	rpc->struct_add(s, "dsds", "refused_with_cause", err.cause, "field",
			err.field ? err.field : "", "offset", err.offset, "reason",
			err.reason ? err.reason : "");
}

static void rpc_decode(rpc_t *rpc, void *ctx)
{
	uint8_t body[512];
	size_t len;
	str hex;
	void *s;

	if(rpc->scan(ctx, ".S", &hex) < 1) {
		rpc->fault(ctx, 400, "the octets of an RP message in hex");
		return;
	}
	if(from_hex(body, sizeof(body), &len, hex) < 0) {
		rpc->fault(ctx, 400, "not hex, or more than 512 octets");
		return;
	}
	if(rpc->add(ctx, "{", &s) < 0)
		return;
	add_decoded(rpc, s, body, len);
}

static const char *doc_stats[] = {
		"All counters, the number of jobs and subscriptions.", 0};
static const char *doc_pending[] = {
		"Short messages at work, those of phones (JOB) and those to phones "
		"(DELIVERY): list [limit], show JOB|DELIVERY, cancel JOB|DELIVERY "
		"(the sender gets RP-ERROR 41, the hub 480).",
		0};
static const char *doc_subscriptions[] = {
		"Subscriptions to the registration state of subscribers: [limit].", 0};
static const char *doc_registry[] = {
		"Who is registered: list [limit] [offset], show ID, remove ID, count.",
		0};
static const char *doc_database[] = {
		"The database of the registry: state, rows, changes that wait.", 0};
static const char *doc_hss_updates[] = {
		"What the HSS does not know yet: [limit].", 0};
static const char *doc_decode[] = {
		"What an application/vnd.3gpp.sms body in hex "
		"says.",
		0};

static const char *doc_hss[] = {
		"The Diameter side: state, peers, slots, counters, round trips.", 0};
static const char *doc_hss_read[] = {
		"Ask the HSS what it knows of a subscriber: ID.", 0};
static const char *doc_sri[] = {
		"Ask the HSS who serves a subscriber: ID [SC-Address].", 0};

rpc_export_t ipsmgw_rpc_exports[] = {
		{"ipsmgw.stats", rpc_stats, doc_stats, 0},
		{"ipsmgw.pending", rpc_pending, doc_pending, RPC_RET_ARRAY},
		{"ipsmgw.subscriptions", rpc_subscriptions, doc_subscriptions,
				RPC_RET_ARRAY},
		{"ipsmgw.registry", rpc_registry, doc_registry, RPC_RET_ARRAY},
		{"ipsmgw.database", rpc_database, doc_database, 0},
		{"ipsmgw.hss_updates", rpc_hss_updates, doc_hss_updates, RPC_RET_ARRAY},
		{"ipsmgw.decode", rpc_decode, doc_decode, 0},
		{"ipsmgw.hss", rpc_hss, doc_hss, 0},
		{"ipsmgw.hss_read", rpc_hss_read, doc_hss_read, 0},
		{"ipsmgw.sri", rpc_sri, doc_sri, 0},
		{0, 0, 0, 0},
};
