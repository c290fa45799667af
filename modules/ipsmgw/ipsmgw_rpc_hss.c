/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RPC commands about the HSS: see ipsmgw_rpc_hss.h.
 */
#include "ipsmgw_rpc_hss.h"

#include <stdio.h>

#include "core/pt.h"
#include "core/sr_module.h"
#include "flow/hss_hand.h"
#include "flow/settings.h"

/* --- what is to be seen ------------------------------------------------------------ */

static int seconds_since(uint64_t then_ms)
{
	return then_ms == 0 ? 0 : (int)((slots_now_ms() - then_ms) / 1000);
}

static void add_peer(rpc_t *rpc, void *peers, const struct slots_peer *peer)
{
	static const char *const states[] = {
			[PEER_CLOSED] = "closed",
			[PEER_CONNECTING] = "connecting",
			[PEER_OPEN] = "open",
			[PEER_SUSPECT] = "suspect",
			[PEER_CLOSING] = "closing",
	};
	void *p;

	if(rpc->struct_add(peers, "{", peer->name, &p) < 0)
		return;
	rpc->struct_add(p, "ssddddd", "realm", peer->realm, "state",
			states[peer->state], "seconds", seconds_since(peer->since_ms),
			"requests", (int)peer->requests, "answers", (int)peer->answers,
			"incoming", (int)peer->incoming, "failures", (int)peer->failures);
}

static void add_peers(rpc_t *rpc, void *s, const struct slots *slots)
{
	struct slots_peer peer;
	unsigned i;
	void *peers;

	if(rpc->struct_add(s, "{", "peers", &peers) < 0)
		return;
	for(i = 0; slots_peer(&peer, slots, i); i++)
		add_peer(rpc, peers, &peer);
}

static void add_counters(rpc_t *rpc, void *s, const struct slots *slots)
{
	void *c;
	int i;

	if(rpc->struct_add(s, "{", "counters", &c) < 0)
		return;
	for(i = 0; i < SLOTS_COUNTERS; i++)
		rpc->struct_add(
				c, "d", slots_counter_name(i), (int)slots_counter(slots, i));
}

/* Bucket n has 2^n us and more; named by where it ends, those that have something. */
static void add_round_trips(rpc_t *rpc, void *s, const struct slots *slots,
		enum diameter_operation operation, const char *name)
{
	uint64_t bucket[SLOTS_BUCKETS];
	char label[32];
	void *h;
	int i;

	slots_histogram(bucket, slots, operation);
	if(rpc->struct_add(s, "{", name, &h) < 0)
		return;
	for(i = 0; i < SLOTS_BUCKETS; i++) {
		if(bucket[i] == 0)
			continue;
		snprintf(label, sizeof(label),
				i == SLOTS_BUCKETS - 1 ? "more" : "below_%llu_us",
				1ull << (i + 1));
		rpc->struct_add(h, "d", label, (int)bucket[i]);
	}
}

static void add_histograms(rpc_t *rpc, void *s, const struct slots *slots)
{
	static const struct
	{
		enum diameter_operation operation;
		const char *name;
	} commands[] = {
			{DIAMETER_PUR, "PUR"},
			{DIAMETER_UDR, "UDR"},
			{DIAMETER_SNR, "SNR"},
			{DIAMETER_SRR, "SRR"},
			{DIAMETER_RDR, "RDR"},
	};
	size_t i;
	void *h;

	if(rpc->struct_add(s, "{", "round_trips", &h) < 0)
		return;
	for(i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		add_round_trips(rpc, h, slots, commands[i].operation, commands[i].name);
}

/* The one word an alarm looks for. */
static const char *state_of(const struct slots *slots)
{
	uint64_t since;

	if(!slots)
		return "not-used";
	if(slots_node_pid(slots, &since) == 0)
		return "down";
	return slots_open_peers(slots) > 0 ? "open" : "no-peer";
}

void rpc_hss(rpc_t *rpc, void *ctx)
{
	const struct slots *slots = hss_slots();
	uint64_t since = 0;
	void *s;
	int pid;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	rpc->struct_add(s, "sS", "state", state_of(slots), "profile",
			&settings.hss_profile);
	if(!slots)
		return;
	pid = slots_node_pid(slots, &since);
	rpc->struct_add(s, "dddddd", "node_pid", pid, "node_seconds",
			pid ? seconds_since(since) : 0, "restarts",
			(int)slots_counter(slots, COUNT_RESTARTS), "slots_in_use",
			(int)slots_in_use(slots), "slots_max",
			(int)slots_places(slots, false), "open_peers",
			(int)slots_open_peers(slots));
	add_peers(rpc, s, slots);
	add_counters(rpc, s, slots);
	add_histograms(rpc, s, slots);
}

/* --- by hand ------------------------------------------------------------------------ */

/* Only the process of an RPC server waits; a SIP worker or an HTTP one would have its requests wait, too. */
static bool may_wait(rpc_t *rpc, void *ctx)
{
	if(pt[process_no].rank == PROC_RPC)
		return true;
	rpc->fault(ctx, 403,
			"this asks the HSS and waits: by kamcmd or a FIFO, not in a SIP "
			"worker");
	return false;
}

static void add_text(rpc_t *rpc, void *s, const char *name, const char *text)
{
	if(text[0] != '\0')
		rpc->struct_add(s, "s", name, text);
}

static void add_verdict(rpc_t *rpc, void *s, const struct hss_result *r)
{
	const struct diameter_answer *verdict = &r->data.verdict;

	rpc->struct_add(s, "s", "outcome", hss_outcome_name(r->outcome));
	if(r->outcome != DIAMETER_ANSWERED)
		return;
	rpc->struct_add(s, "ddsdd", "result", (int)verdict->result, "vendor",
			(int)verdict->vendor, "result_name", hss_result_name(r), "cached",
			(int)r->data.cached, "ms", (int)(verdict->round_trip_us / 1000));
	add_text(rpc, s, "origin", verdict->origin.host);
}

static void add_subscriber(rpc_t *rpc, void *s, const struct hss_data *data)
{
	void *list;
	unsigned i;

	add_text(rpc, s, "msisdn", data->msisdn);
	add_text(rpc, s, "imsi", data->imsi);
	add_text(rpc, s, "impi", data->impi);
	add_text(rpc, s, "scscf", data->scscf);
	add_text(rpc, s, "gw_number", data->ip_sm_gw_number);
	add_text(rpc, s, "sc_address", data->sc_address);
	add_text(rpc, s, "mme", data->mme_name);
	if(data->user_state != SH_NOT_STATED)
		rpc->struct_add(s, "d", "user_state", data->user_state);
	if(data->impus == 0 || rpc->struct_add(s, "[", "impus", &list) < 0)
		return;
	for(i = 0; i < data->impus; i++)
		rpc->array_add(list, "s", data->impu[i]);
}

static void add_node(rpc_t *rpc, void *s, const struct diameter_node *node)
{
	static const char *const types[] = {
			[DIAMETER_NODE_MME] = "mme",
			[DIAMETER_NODE_SGSN] = "sgsn",
			[DIAMETER_NODE_MSC] = "msc",
			[DIAMETER_NODE_SMSF_3GPP] = "smsf",
			[DIAMETER_NODE_SMSF_NON_3GPP] = "smsf_non_3gpp",
			[DIAMETER_NODE_IP_SM_GW] = "ip_sm_gw",
	};
	void *n;

	if(rpc->struct_add(s, "{", types[node->type], &n) < 0)
		return;
	add_text(rpc, n, "name", node->name);
	add_text(rpc, n, "realm", node->realm);
	add_text(rpc, n, "number", node->number);
	rpc->struct_add(n, "d", "additional", (int)node->additional);
}

static void add_result(rpc_t *rpc, void *ctx, const struct hss_result *r)
{
	unsigned i;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	add_verdict(rpc, s, r);
	add_subscriber(rpc, s, &r->data);
	for(i = 0; i < r->nodes; i++)
		add_node(rpc, s, &r->node[i]);
	if(r->data.verdict.has & ANSWER_MWD_STATUS)
		rpc->struct_add(s, "d", "mwd_status", (int)r->data.verdict.mwd_status);
}

static int identity_parameter(str *id, rpc_t *rpc, void *ctx)
{
	if(rpc->scan(ctx, ".S", id) == 1)
		return 0;
	rpc->fault(ctx, 400, "which one? A URI, MSISDN, IMSI or IMPI");
	return -1;
}

void rpc_hss_read(rpc_t *rpc, void *ctx)
{
	struct hss_result result;
	str id;

	if(!may_wait(rpc, ctx) || identity_parameter(&id, rpc, ctx) < 0)
		return;
	if(!hss_hand_read(&result, span_of(id)))
		rpc->fault(ctx, 503, "too many are asked by hand");
	else
		add_result(rpc, ctx, &result);
}

void rpc_sri(rpc_t *rpc, void *ctx)
{
	struct hss_result result;
	str id, sc = STR_NULL;

	if(!may_wait(rpc, ctx) || identity_parameter(&id, rpc, ctx) < 0)
		return;
	if(rpc->scan(ctx, "*.S", &sc) < 1)
		sc = (str)STR_NULL;
	if(!hss_hand_routing(&result, span_of(id), span_of(sc)))
		rpc->fault(ctx, 503, "too many are asked by hand");
	else
		add_result(rpc, ctx, &result);
}
