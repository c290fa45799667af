/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ipsmgw module: the product as tables. What the operator can set, call, read
 * and ask is listed here; the work is in the folders below (docs/design.md).
 */
#include "core/mod_fix.h"
#include "core/cfg/cfg_struct.h"
#include "core/kemi.h"
#include "core/sr_module.h"
#include "core/timer_proc.h"
#include "flow/answer.h"
#include "flow/commit_wait.h"
#include "flow/counters.h"
#include "flow/delivery_store.h"
#include "flow/event.h"
#include "flow/hss_counters.h"
#include "flow/hss_hand.h"
#include "flow/hss_record.h"
#include "flow/hss_reach.h"
#include "flow/hss_script.h"
#include "flow/hss_update.h"
#include "flow/job.h"
#include "flow/mo.h"
#include "flow/mt.h"
#include "flow/registration.h"
#include "flow/report.h"
#include "flow/repeat.h"
#include "flow/send.h"
#include "flow/settings.h"
#include "flow/submitted.h"
#include "flow/subscription.h"
#include "hss/hss.h"
#include "hss/read.h"
#include "ims/xmldoc.h"
#include "registry/store.h"
#include "ipsmgw_context.h"
#include "ipsmgw_pv.h"
#include "ipsmgw_pv_hss.h"
#include "ipsmgw_pv_mt.h"
#include "ipsmgw_pv_sub.h"
#include "ipsmgw_rpc.h"
#include "ipsmgw_script.h"
#include "ipsmgw_settings.h"
#include "ipsmgw_script_hss.h"
#include "ipsmgw_script_mt.h"
#include "ipsmgw_script_reach.h"

MODULE_VERSION

static int mod_init(void);
static int child_init(int rank);
static void mod_destroy(void);

/* clang-format off */
struct settings settings = {
	.hub_assert_identity   = 1,
	.hub_timeout           = 10000,
	.mo_jobs_max           = 10000,
	.mo_deadline           = 25000,
	.report_timeout        = 8000,
	.report_window         = 30000,
	.report_retry_delay    = 1000,
	.report_disposition    = str_init("fork, parallel"),
	.report_accept_contact = str_init("*;+g.3gpp.smsip;require;explicit"),
	.repeat_rd_window      = 600,
	.repeat_window         = 60,
	.repeat_entries        = 65536,
	.reg_event             = REG_EVENT_NEEDED,
	.reg_event_as_subscriber = 0,
	.reg_event_expires     = 600000,
	.reg_event_max         = 20000,
	.reg_event_rate        = 50,
	.reg_event_timeout     = 32000,
	.reg_event_retry       = 30,
	.registry_max          = 100000,
	.db_mode               = DB_MODE_MEMORY,
	.db_wait               = 300,
	.service_info          = str_init("auto"),
	.hss_profile           = str_init("read-only"),
	.hss_timeout           = 2000,
	.hss_slots             = 1000,
	.hss_workers           = 2,
	.hss_retry             = 5,
	.hss_cache_max         = 10000,
	.hss_cache_time        = 3600,
	.hss_cache_no_time     = 300,
	.hss_reach_max         = 10000,
	.hss_reach_time        = 86400,
	.status_reports_max    = 100000,
	.status_report_time    = 172800,
	.status_report_grace   = 600,
	.status_report_temporary = 0,
	.mt_max                = 10000,
	.mt_answer_after       = 20000,
	.mt_report_timeout     = 40000,
	.mt_late_time          = 120,
	.mt_queue_max          = 100,
	.mt_queue_time         = 3600,
	.mt_hold_time          = 86400,
	.mt_disposition        = str_init("no-fork"),
	.mt_accept_contact     = str_init("*;+g.3gpp.smsip;require;explicit"),
	.mt_msisdn_less        = MSISDN_LESS_DECLARED,
	.mt_concat_bits        = 8,
	.mt_workers            = 2,
	.short_code_max        = 6,
	.scts_zone             = SCTS_ZONE_LOCAL,
	.mask_numbers          = 1,
	.result_log_level      = L_INFO,
};

static str event_callback = STR_NULL;

static param_export_t params[] = {
	{"gateway_uri",           PARAM_STR, &settings.gateway_uri},
	{"scscf_uri",             PARAM_STR, &settings.scscf_uri},
	{"home_domain",           PARAM_STR, &settings.home_domain},
	{"hub_domain",            PARAM_STR, &settings.hub_domain},
	{"hub_assert_identity",   PARAM_INT, &settings.hub_assert_identity},
	{"hub_timeout",           PARAM_INT, &settings.hub_timeout},
	{"mo_jobs_max",           PARAM_INT, &settings.mo_jobs_max},
	{"mo_deadline",           PARAM_INT, &settings.mo_deadline},
	{"mo_cause",              PARAM_STRING | PARAM_USE_FUNC, (void *)settings_add_mo_cause},
	{"report_timeout",        PARAM_INT, &settings.report_timeout},
	{"report_window",         PARAM_INT, &settings.report_window},
	{"report_retry_delay",    PARAM_INT, &settings.report_retry_delay},
	{"report_disposition",    PARAM_STR, &settings.report_disposition},
	{"report_accept_contact", PARAM_STR, &settings.report_accept_contact},
	{"repeat_rd_window",      PARAM_INT, &settings.repeat_rd_window},
	{"repeat_window",         PARAM_INT, &settings.repeat_window},
	{"repeat_entries",        PARAM_INT, &settings.repeat_entries},
	{"reg_event",             PARAM_INT, &settings.reg_event},
	{"reg_event_as_subscriber", PARAM_INT, &settings.reg_event_as_subscriber},
	{"reg_event_expires",     PARAM_INT, &settings.reg_event_expires},
	{"reg_event_max",         PARAM_INT, &settings.reg_event_max},
	{"reg_event_rate",        PARAM_INT, &settings.reg_event_rate},
	{"reg_event_timeout",     PARAM_INT, &settings.reg_event_timeout},
	{"reg_event_retry",       PARAM_INT, &settings.reg_event_retry},
	{"registry_max",          PARAM_INT, &settings.registry_max},
	{"db_url",                PARAM_STR, &settings.db_url},
	{"db_mode",               PARAM_INT, &settings.db_mode},
	{"db_wait",               PARAM_INT, &settings.db_wait},
	{"service_info",          PARAM_STR, &settings.service_info},
	{"hss_conf",              PARAM_STR, &settings.hss_conf},
	{"hss_profile",           PARAM_STR, &settings.hss_profile},
	{"hss_listen",            PARAM_STR, &settings.hss_listen},
	{"hss_realm",             PARAM_STR, &settings.hss_realm},
	{"hss_host",              PARAM_STR, &settings.hss_host},
	{"gateway_number",        PARAM_STR, &settings.gateway_number},
	{"hss_timeout",           PARAM_INT, &settings.hss_timeout},
	{"hss_slots",             PARAM_INT, &settings.hss_slots},
	{"hss_workers",           PARAM_INT, &settings.hss_workers},
	{"hss_retry",             PARAM_INT, &settings.hss_retry},
	{"hss_cache_max",         PARAM_INT, &settings.hss_cache_max},
	{"hss_cache_time",        PARAM_INT, &settings.hss_cache_time},
	{"hss_cache_no_time",     PARAM_INT, &settings.hss_cache_no_time},
	{"hss_reach_max",         PARAM_INT, &settings.hss_reach_max},
	{"hss_reach_time",        PARAM_INT, &settings.hss_reach_time},
	{"status_reports_max",    PARAM_INT, &settings.status_reports_max},
	{"status_report_time",    PARAM_INT, &settings.status_report_time},
	{"status_report_grace",   PARAM_INT, &settings.status_report_grace},
	{"status_report_temporary", PARAM_INT, &settings.status_report_temporary},
	{"sc_address",            PARAM_STR, &settings.sc_address},
	{"mt_max",                PARAM_INT, &settings.mt_max},
	{"mt_answer_after",       PARAM_INT, &settings.mt_answer_after},
	{"mt_report_timeout",     PARAM_INT, &settings.mt_report_timeout},
	{"mt_late_time",          PARAM_INT, &settings.mt_late_time},
	{"mt_queue_max",          PARAM_INT, &settings.mt_queue_max},
	{"mt_queue_time",         PARAM_INT, &settings.mt_queue_time},
	{"mt_hold",               PARAM_INT, &settings.mt_hold},
	{"mt_hold_memory",        PARAM_INT, &settings.mt_hold_memory},
	{"mt_hold_time",          PARAM_INT, &settings.mt_hold_time},
	{"mt_retry",              PARAM_INT, &settings.mt_retry},
	{"mt_disposition",        PARAM_STR, &settings.mt_disposition},
	{"mt_accept_contact",     PARAM_STR, &settings.mt_accept_contact},
	{"mt_msisdn_less",        PARAM_INT, &settings.mt_msisdn_less},
	{"mt_languages",          PARAM_STR, &settings.mt_languages},
	{"mt_concat_bits",        PARAM_INT, &settings.mt_concat_bits},
	{"mt_workers",            PARAM_INT, &settings.mt_workers},
	{"mt_default_sender",     PARAM_STR, &settings.mt_default_sender},
	{"mt_notify_uri",         PARAM_STR, &settings.mt_notify_uri},
	{"mt_answer",             PARAM_STRING | PARAM_USE_FUNC, (void *)settings_add_mt_answer},
	{"country_code",          PARAM_STR, &settings.country_code},
	{"national_prefix",       PARAM_STR, &settings.national_prefix},
	{"international_prefix",  PARAM_STR, &settings.international_prefix},
	{"short_code_max",        PARAM_INT, &settings.short_code_max},
	{"scts_zone",             PARAM_INT, &settings.scts_zone},
	{"mask_numbers",          PARAM_INT, &settings.mask_numbers},
	{"result_log_level",      PARAM_INT, &settings.result_log_level},
	{"event_callback",        PARAM_STR, &event_callback},
	{0, 0, 0}
};

#define SCRIPT_ROUTES (REQUEST_ROUTE | FAILURE_ROUTE | ONREPLY_ROUTE | EVENT_ROUTE)
/* a route that goes on with a suspended request is a failure route to Kamailio */
#define RESUMED_ROUTES (REQUEST_ROUTE | FAILURE_ROUTE)

static cmd_export_t cmds[] = {
	{"ipsmgw_decode",     (cmd_function)w_decode,     0, 0, 0, SCRIPT_ROUTES},
	{"ipsmgw_accept",     (cmd_function)w_accept,     0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_hold",       (cmd_function)w_hold,       0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_reject",     (cmd_function)w_reject,     1, fixup_spve_null, fixup_free_spve_null, RESUMED_ROUTES},
	{"ipsmgw_reject",     (cmd_function)w_reject,     2, fixup_spve_spve, fixup_free_spve_spve, RESUMED_ROUTES},
	{"ipsmgw_emg_send",   (cmd_function)w_emg_send,   0, 0, 0, RESUMED_ROUTES | EVENT_ROUTE},
	{"ipsmgw_emg_send",   (cmd_function)w_emg_send,   1, fixup_spve_null, fixup_free_spve_null, RESUMED_ROUTES | EVENT_ROUTE},
	{"ipsmgw_emg_encode", (cmd_function)w_emg_encode, 0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_emg_encode", (cmd_function)w_emg_encode, 1, fixup_spve_null, fixup_free_spve_null, RESUMED_ROUTES},
	{"ipsmgw_notify",     (cmd_function)w_notify,     0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_register",   (cmd_function)w_register,   0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_hss_notify_reachable", (cmd_function)w_hss_notify_reachable, 1, fixup_spve_null, fixup_free_spve_null, ANY_ROUTE},
	{"ipsmgw_lookup",     (cmd_function)w_lookup,     1, fixup_spve_null, fixup_free_spve_null, ANY_ROUTE},
	{"ipsmgw_report",     (cmd_function)w_report,     0, 0, 0, SCRIPT_ROUTES},
	{"ipsmgw_report",     (cmd_function)w_report,     1, fixup_spve_null, fixup_free_spve_null, SCRIPT_ROUTES},
	{"ipsmgw_report",     (cmd_function)w_report,     2, fixup_spve_spve, fixup_free_spve_spve, SCRIPT_ROUTES},
	{"ipsmgw_deliver",    (cmd_function)w_deliver,    0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_deliver",    (cmd_function)w_deliver,    1, fixup_deliver, 0, RESUMED_ROUTES},
	{"ipsmgw_answer",     (cmd_function)w_answer,     0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_answer",     (cmd_function)w_answer,     1, fixup_spve_null, fixup_free_spve_null, RESUMED_ROUTES},
	{"ipsmgw_match_report",     (cmd_function)w_match_report,     0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_memory_available", (cmd_function)w_memory_available, 0, 0, 0, RESUMED_ROUTES},
	{"ipsmgw_hss_read",   (cmd_function)w_hss_read,   2, fixup_hss_read, 0, RESUMED_ROUTES},
	{"ipsmgw_hss_read",   (cmd_function)(void *)w_hss_read_some, 3, fixup_hss_read, 0, RESUMED_ROUTES},
	{"ipsmgw_hss_update", (cmd_function)(void *)w_hss_update, 3, fixup_hss_ask, 0, RESUMED_ROUTES},
	{"ipsmgw_sri",        (cmd_function)(void *)w_sri,        3, fixup_hss_ask, 0, RESUMED_ROUTES},
	{"ipsmgw_report_delivery", (cmd_function)(void *)w_report_delivery, 5, fixup_report_delivery, 0, RESUMED_ROUTES},
	{0, 0, 0, 0, 0, 0}
};

static pv_export_t pvs[] = {
	{str_init("ipsmgw"), PVT_OTHER, pv_get_ipsmgw, pv_set_ipsmgw, pv_parse_ipsmgw_name, 0, 0, 0},
	{str_init("ipsmgw_sub"), PVT_OTHER, pv_get_sub, 0, pv_parse_sub_name, 0, 0, 0},
	{str_init("ipsmgw_hss"), PVT_OTHER, pv_get_hss, 0, pv_parse_hss_name, 0, 0, 0},
	{str_init("ipsmgw_mt"), PVT_OTHER, pv_get_mt, 0, pv_parse_mt_name, 0, 0, 0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

struct module_exports exports = {
	"ipsmgw",
	DEFAULT_DLFLAGS,
	cmds,
	params,
	ipsmgw_rpc_exports,
	pvs,
	0,
	mod_init,
	child_init,
	mod_destroy
};

/* Bounds of the numeric parameters: a value outside stops the start. */
static const struct
{
	const char *name;
	const int *value;
	int min, max;
} bounds[] = {
	{"hub_timeout",        &settings.hub_timeout,        100, 30000},
	{"mo_jobs_max",        &settings.mo_jobs_max,        1,   1 << 24},
	{"mo_deadline",        &settings.mo_deadline,        100, 30000},
	{"report_timeout",     &settings.report_timeout,     100, 30000},
	{"report_window",      &settings.report_window,      100, 120000},
	{"report_retry_delay", &settings.report_retry_delay, 0,   30000},
	{"repeat_rd_window",   &settings.repeat_rd_window,   0,   86400},
	{"repeat_window",      &settings.repeat_window,      1,   86400},
	{"repeat_entries",     &settings.repeat_entries,     16,  1 << 26},
	{"reg_event",          &settings.reg_event,          REG_EVENT_NEVER, REG_EVENT_ALWAYS},
	{"reg_event_expires",  &settings.reg_event_expires,  60,  2147483647},
	{"reg_event_max",      &settings.reg_event_max,      1,   1 << 24},
	{"reg_event_rate",     &settings.reg_event_rate,     1,   10000},
	{"reg_event_timeout",  &settings.reg_event_timeout,  100, 32000},
	{"reg_event_retry",    &settings.reg_event_retry,    1,   3600},
	{"registry_max",       &settings.registry_max,       1,   1 << 30},
	{"db_wait",            &settings.db_wait,            0,   2000},
	{"hss_timeout",        &settings.hss_timeout,        100, 30000},
	{"hss_slots",          &settings.hss_slots,          1,   1000000},
	{"hss_workers",        &settings.hss_workers,        1,   64},
	{"hss_retry",          &settings.hss_retry,          1,   3600},
	{"hss_cache_max",      &settings.hss_cache_max,      1,   1 << 24},
	{"hss_cache_time",     &settings.hss_cache_time,     0,   604800},
	{"hss_cache_no_time",  &settings.hss_cache_no_time,  0,   604800},
	{"hss_reach_max",      &settings.hss_reach_max,      1,   1000000},
	{"hss_reach_time",     &settings.hss_reach_time,     1,   2592000},
	{"status_reports_max", &settings.status_reports_max, 0,   10000000},
	{"status_report_time", &settings.status_report_time, 60,  2592000},
	{"status_report_grace", &settings.status_report_grace, 0, 86400},
	{"status_report_temporary", &settings.status_report_temporary, 0, 1},
	{"mt_max",             &settings.mt_max,             1,   1 << 20},
	{"mt_answer_after",    &settings.mt_answer_after,    1000, 28000},
	{"mt_report_timeout",  &settings.mt_report_timeout,  1000, 120000},
	{"mt_late_time",       &settings.mt_late_time,       0,   3600},
	{"mt_queue_max",       &settings.mt_queue_max,       0,   65535},
	{"mt_queue_time",      &settings.mt_queue_time,      1,   86400},
	{"mt_hold",            &settings.mt_hold,            0,   1},
	{"mt_hold_memory",     &settings.mt_hold_memory,     0,   1},
	{"mt_hold_time",       &settings.mt_hold_time,       1,   2592000},
	{"mt_retry",           &settings.mt_retry,           0,   10},
	{"mt_msisdn_less",     &settings.mt_msisdn_less,     MSISDN_LESS_NEVER, MSISDN_LESS_ALWAYS},
	{"mt_concat_bits",     &settings.mt_concat_bits,     8,   16},
	{"mt_workers",         &settings.mt_workers,         1,   64},
	{"short_code_max",     &settings.short_code_max,     0,   20},
	{"scts_zone",          &settings.scts_zone,          -79, SCTS_ZONE_LOCAL},
	{"result_log_level",   &settings.result_log_level,   L_ALERT, L_DBG},
};
/* clang-format on */

#define TICK_MS 50
#define HSS_INCOMING 256 /* requests to us at one time */

static int check_bounds(void)
{
	size_t i;

	for(i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		if(*bounds[i].value < bounds[i].min
				|| *bounds[i].value > bounds[i].max) {
			LM_ERR("parameter %s is %d, it must be %d to %d\n", bounds[i].name,
					*bounds[i].value, bounds[i].min, bounds[i].max);
			return -1;
		}
	return 0;
}

static const struct subscription_hooks on_notify = {
		registration_changed, registration_ended};

static void database_failed(void)
{
	count(CNT_DB_FAILED);
	commit_wait_give_up();
}

static void gone_elsewhere(struct span impu)
{
	subscription_forget(str_of(impu));
}

static int init_registry(void)
{
	bool kept = settings.db_mode != DB_MODE_MEMORY;
	struct registry_options registry = {.max = (unsigned)settings.registry_max,
			.track_changes = kept,
			.changed = kept ? store_notify : NULL};
	struct store_options store = {.url = settings.db_url,
			.shared = settings.db_mode == DB_MODE_SHARED,
			.hooks = {commit_wait_done, database_failed, gone_elsewhere,
					delivery_store_check, delivery_store_load,
					delivery_store_write}};

	if(registry_init(&registry) < 0 || commit_wait_init() < 0) {
		LM_ERR("not enough shared memory for registry_max=%d: start kamailio "
			   "with a larger -m\n",
				settings.registry_max);
		return -1;
	}
	return kept ? store_init(&store) : 0;
}

/* The gateway's own: it tells the HSS, or wants to be told. */
static void told_outcome(struct slot *slot)
{
	if(slot->request.operation == DIAMETER_SNR)
		hss_reach_outcome(slot);
	else
		hss_update_outcome(slot);
}

static int init_reading(void)
{
	struct hss_read_options read = {.max = (unsigned)settings.hss_cache_max,
			.seconds = (unsigned)settings.hss_cache_time,
			.seconds_no = (unsigned)settings.hss_cache_no_time,
			.limit_ms = HSS_READING_TIMEOUTS * (unsigned)settings.hss_timeout,
			.done = {[HSS_FOR_SCRIPT] = hss_script_read_done,
					[HSS_FOR_RECORD] = hss_record_told,
					[HSS_FOR_RPC] = hss_hand_read_done},
			.unreadable = hss_record_unreadable};

	if(hss_read_init(&read) == 0)
		return 0;
	LM_ERR("not enough shared memory for hss_cache_max=%d: start kamailio "
		   "with a larger -m\n",
			settings.hss_cache_max);
	return -1;
}

static int init_hss(void)
{
	struct hss_options hss = {.slots = (unsigned)settings.hss_slots,
			.incoming = HSS_INCOMING,
			.workers = (unsigned)settings.hss_workers,
			.timeout_ms = (unsigned)settings.hss_timeout,
			.done = {[HSS_FOR_SCRIPT] = hss_script_outcome,
					[HSS_FOR_UPDATE] = told_outcome,
					[HSS_FOR_RECORD] = hss_read_outcome,
					[HSS_FOR_RPC] = hss_hand_outcome},
			.request = hss_reach_notified};

	if(settings.hss == HSS_NONE)
		return 0;
	if(init_reading() < 0)
		return -1;
	if(hss_update_init() < 0 || hss_reach_init() < 0) {
		LM_ERR("not enough shared memory for what the HSS is to be told: "
			   "start kamailio with a larger -m\n");
		return -1;
	}
	diameter_settings_default(&hss.diameter);
	hss.diameter.conf = settings.hss_conf.s;
	hss.diameter.listen =
			settings.hss_listen.len > 0 ? settings.hss_listen.s : "";
	hss.host = settings.hss_host.len > 0 ? settings.hss_host.s : "";
	hss.diameter.realm = settings.hss_realm.len > 0 ? settings.hss_realm.s : "";
	if(hss_hand_init() < 0) {
		LM_ERR("not enough shared memory for questions by hand\n");
		return -1;
	}
	return hss_init(&hss);
}

static int mod_init(void)
{
	if(check_bounds() < 0 || settings_check() < 0)
		return -1;
	xmldoc_init();
	if(counters_init() < 0 || hss_counters_init() < 0) {
		LM_ERR("cannot register the counters\n");
		return -1;
	}
	if(send_init() < 0 || answer_init() < 0) {
		LM_ERR("the modules tm and sl must be loaded before ipsmgw\n");
		return -1;
	}
	if(jobs_init((unsigned)settings.mo_jobs_max) < 0
			|| repeats_init((unsigned)settings.repeat_entries) < 0) {
		LM_ERR("not enough shared memory for mo_jobs_max=%d and "
			   "repeat_entries=%d: start kamailio with a larger -m\n",
				settings.mo_jobs_max, settings.repeat_entries);
		return -1;
	}
	if(subscriptions_init(&on_notify) < 0) {
		LM_ERR("not enough shared memory for reg_event_max=%d: start kamailio "
			   "with a larger -m\n",
				settings.reg_event_max);
		return -1;
	}
	if(submitted_init() < 0) {
		LM_ERR("not enough shared memory for status_reports_max=%d: start "
			   "kamailio with a larger -m\n",
				settings.status_reports_max);
		return -1;
	}
	if(init_registry() < 0)
		return -1;
	if(mt_init() < 0)
		return -1;
	/* registrations, and then what waits for who is registered */
	if(store_load() < 0)
		return -1;
	if(init_hss() < 0)
		return -1;
	if(context_init() < 0) {
		LM_ERR("cannot register the script callbacks\n");
		return -1;
	}
	register_basic_timers(2);
	return 0;
}

/* Jobs, reports, registrations and who waits for the database. */
static void tick(unsigned int ticks, void *param)
{
	uint64_t now = clock_ms();

	(void)ticks, (void)param;
	mo_tick(now);
	report_tick(now);
	mt_tick(now);
	registration_tick();
	commit_wait_tick(now);
	submitted_tick(now);
	hss_update_tick();
	hss_tick();
}

/* A process of its own: who asks for the address of an S-CSCF may wait for DNS, and no deadline must wait with him. */
static void tick_subscriptions(unsigned int ticks, void *param)
{
	(void)ticks, (void)param;
	subscriptions_tick(clock_ms());
}

static int child_init(int rank)
{
	if(rank == PROC_INIT) {
		events_init(&context_for_events, event_callback);
		/* other gateways have their own of those that they share with us */
		if(settings.db_mode == DB_MODE_WRITE_THROUGH)
			registration_begin_again();
		hss_update_begin_again();
		return 0;
	}
	if(rank != PROC_MAIN)
		return 0;
	if(fork_basic_utimer(
			   PROC_TIMER, "ipsmgw timer", 1, tick, NULL, TICK_MS * 1000)
					< 0
			|| fork_basic_utimer(PROC_TIMER, "ipsmgw subscriptions", 1,
					   tick_subscriptions, NULL, TICK_MS * 1000)
					   < 0) {
		LM_ERR("cannot start the timer processes\n");
		return -1;
	}
	if(store_fork() < 0 || mt_fork() < 0)
		return -1;
	return hss_fork();
}

static void mod_destroy(void)
{
	jobs_destroy();
	repeats_destroy();
	mt_destroy();
	subscriptions_destroy();
	submitted_destroy();
	hss_destroy();
	hss_read_destroy();
	hss_update_destroy();
	hss_reach_destroy();
	hss_hand_destroy();
	store_destroy();
	commit_wait_destroy();
	registry_destroy();
	xmldoc_cleanup();
}

int mod_register(char *path, int *dlflags, void *p1, void *p2)
{
	(void)path, (void)dlflags, (void)p1, (void)p2;
	sr_kemi_modules_add(ipsmgw_kemi_exports);
	return 0;
}
