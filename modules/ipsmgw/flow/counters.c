/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of counters: see counters.h.
 */
#include "counters.h"

#include "core/counters.h"

static counter_handle_t handles[CNT_COUNT];

#define COUNTER(index, name, description) \
	[index] = {&handles[index], name, 0, 0, 0, description}

static counter_def_t table[] = {
		COUNTER(CNT_MO_RECEIVED, "mo_received",
				"MESSAGE requests from UEs that asked for a short message to "
				"be "
				"sent, repeats included"),
		COUNTER(CNT_MO_ACKED, "mo_acked", "ended with RP-ACK to the UE"),
		COUNTER(CNT_MO_ERRORED, "mo_errored", "ended with RP-ERROR to the UE"),
		COUNTER(CNT_MO_REJECTED, "mo_rejected",
				"ended with a SIP error instead of a submit report"),
		COUNTER(CNT_MO_UNANSWERED, "mo_unanswered",
				"routing script ended without accepting or rejecting; counted "
				"as rejected too"),
		COUNTER(CNT_MO_OVERLOAD, "mo_overload",
				"rejected because mo_jobs_max short messages were at work"),
		COUNTER(CNT_MO_MALFORMED, "mo_malformed",
				"RP or TP layer could not be read"),
		COUNTER(CNT_MO_MSISDN_LESS, "mo_msisdn_less",
				"accepted for a destination that is no number but a URI"),
		COUNTER(CNT_MO_REPEATS, "mo_repeats",
				"answered with the outcome of an earlier one"),
		COUNTER(CNT_MO_RETRANSMISSIONS, "mo_retransmissions",
				"same SIP transaction again; answered, not in mo_received"),
		COUNTER(CNT_MO_DEADLINE, "mo_deadline",
				"ended by mo_deadline; counted as errored too"),
		COUNTER(CNT_MO_UNROUTED, "mo_unrouted",
				"accepted, but the script chose no way; counted as errored "
				"too"),
		COUNTER(CNT_MO_LATE, "mo_late",
				"hub said 2xx after the UE had been told RP-ERROR"),
		COUNTER(CNT_SMMA_RECEIVED, "smma_received", "RP-SMMA from UEs"),
		COUNTER(CNT_REPORTS_RECEIVED, "reports_received",
				"RP-ACK and RP-ERROR from UEs"),
		COUNTER(CNT_HUB_SENT, "hub_sent", "MESSAGE requests sent to hubs"),
		COUNTER(CNT_HUB_OK, "hub_ok", "of these, answered 2xx"),
		COUNTER(CNT_HUB_FAILED, "hub_failed", "of these, answered 3xx to 6xx"),
		COUNTER(CNT_HUB_TIMEOUT, "hub_timeout",
				"of these, not answered within hub_timeout"),
		COUNTER(CNT_HUB_UNSENT, "hub_unsent",
				"attempts that could not be sent at all"),
		COUNTER(CNT_REPORT_SENT, "report_sent",
				"submit reports sent to UEs, repetitions included"),
		COUNTER(CNT_REPORT_OK, "report_ok", "of these, answered 2xx"),
		COUNTER(CNT_REPORT_RETRIED, "report_retried",
				"of these, repetitions after 408, 480 or 5xx"),
		COUNTER(CNT_REPORT_FAILED, "report_failed",
				"submit reports given up: the UE did not get its report"),
		COUNTER(CNT_REPEAT_EVICTED, "repeat_evicted",
				"remembered messages dropped before their window was over: "
				"repeat_entries is too small"),
		COUNTER(CNT_SUB_STARTED, "sub_started",
				"SUBSCRIBE requests that begin a subscription"),
		COUNTER(CNT_SUB_OK, "sub_ok", "of these, answered 2xx"),
		COUNTER(CNT_SUB_FAILED, "sub_failed",
				"of these, refused, not answered, or not sent"),
		COUNTER(CNT_SUB_SILENT, "sub_silent",
				"answered 2xx, but no NOTIFY came"),
		COUNTER(CNT_SUB_GIVEN_UP, "sub_given_up",
				"subscriptions refused for good: 403, 404, 489 ..."),
		COUNTER(CNT_SUB_DROPPED, "sub_dropped",
				"not begun: reg_event_max, memory, or no S-CSCF known"),
		COUNTER(CNT_SUB_REFRESHED, "sub_refreshed",
				"SUBSCRIBE requests in a subscription, answered 2xx"),
		COUNTER(CNT_SUB_REFRESH_FAILED, "sub_refresh_failed",
				"the same, refused or not answered"),
		COUNTER(CNT_SUB_ENDED, "sub_ended",
				"subscriptions that the S-CSCF ended by NOTIFY"),
		COUNTER(CNT_NOTIFY_RECEIVED, "notify_received", "NOTIFY requests"),
		COUNTER(CNT_NOTIFY_OLD, "notify_old",
				"of these, repetitions and what came out of order"),
		COUNTER(CNT_NOTIFY_UNMATCHED, "notify_unmatched",
				"of these, of no subscription or another event package"),
		COUNTER(CNT_NOTIFY_BAD, "notify_bad",
				"of these, with a document that cannot be read"),
		COUNTER(CNT_NOTIFY_GAP, "notify_gap",
				"of these, partial, and the one before is missing"),
		COUNTER(CNT_NOTIFY_DEREGISTERED, "notify_deregistered",
				"records that went because the S-CSCF said so, or could not "
				"be asked whether a phone was left"),
		COUNTER(CNT_REG_RECEIVED, "reg_received",
				"third-party REGISTER requests"),
		COUNTER(CNT_REG_NEW, "reg_new",
				"of these, first registrations of a subscriber"),
		COUNTER(CNT_REG_REFRESHED, "reg_refreshed",
				"of these, of a subscriber who was and stays registered"),
		COUNTER(CNT_REG_GONE, "reg_gone",
				"of these, the end of a subscriber's registration"),
		COUNTER(CNT_REG_EXPIRED, "reg_expired", "registrations that ran out"),
		COUNTER(CNT_REG_REFUSED, "reg_refused",
				"REGISTER requests whose To is no identity"),
		COUNTER(CNT_REG_FULL, "reg_full",
				"REGISTER requests answered 503: registry_max records or no "
				"memory"),
		COUNTER(CNT_REG_MALFORMED, "reg_malformed",
				"REGISTER requests taken by their To in spite of a broken body "
				"or "
				"header"),
		COUNTER(CNT_REG_ALIASES_LOST, "reg_aliases_lost",
				"registrations that took identities from other subscribers"),
		COUNTER(CNT_REG_REPEATED, "reg_repeated",
				"REGISTER requests that tm knew already; not in reg_received"),
		COUNTER(CNT_DB_LATE, "db_late",
				"REGISTER requests answered 200 before the database had them"),
		COUNTER(CNT_DB_FAILED, "db_failed",
				"times the database could not be read or written"),
		COUNTER(CNT_HSS_RECORD_WANTED, "hss_record_wanted",
				"registrations in which something was missing that the HSS may "
				"know"),
		COUNTER(CNT_HSS_RECORD_COMPLETED, "hss_record_completed",
				"of these, something was added from the HSS"),
		COUNTER(CNT_HSS_RECORD_NOTHING, "hss_record_nothing",
				"of these, the HSS has nothing to add or does not know him"),
		COUNTER(CNT_HSS_RECORD_FAILED, "hss_record_failed",
				"of these, the HSS could not be asked, gave an error or no "
				"answer"),
		COUNTER(CNT_HSS_RECORD_GONE, "hss_record_gone",
				"of these, the subscriber had left before the answer came"),
		COUNTER(CNT_HSS_RECORD_CONFLICTS, "hss_record_conflicts",
				"identities of an answer that another subscriber has"),
		COUNTER(CNT_HSS_READ_UNREADABLE, "hss_read_unreadable",
				"answers of the HSS with User-Data that cannot be read"),
		COUNTER(CNT_HSS_UPDATE_SENT, "hss_update_sent",
				"Sh-Update requests that tell the HSS whom we serve"),
		COUNTER(CNT_HSS_UPDATE_OK, "hss_update_ok",
				"of these, answered 2001 or 2002"),
		COUNTER(CNT_HSS_UPDATE_FAILED, "hss_update_failed",
				"of these, refused, not answered, or not sent"),
		COUNTER(CNT_HSS_UPDATE_RETRIED, "hss_update_retried",
				"of these, repetitions after one that failed for now"),
		COUNTER(CNT_HSS_UPDATE_GIVEN_UP, "hss_update_given_up",
				"subscribers of whom the HSS refused to be told"),
		COUNTER(CNT_HSS_UPDATE_DROPPED, "hss_update_dropped",
				"subscribers of whom the HSS is not told: registry_max wait "
				"already, or no memory"),
		COUNTER(CNT_HSS_REACH_ASKED, "hss_reach_asked",
				"SNR requests for a notification when a UE can be reached"),
		COUNTER(CNT_HSS_REACH_GRANTED, "hss_reach_granted",
				"of these, answered 2001 or 2002"),
		COUNTER(CNT_HSS_REACH_FAILED, "hss_reach_failed",
				"of these, refused or not answered"),
		COUNTER(CNT_HSS_REACH_NOTIFIED, "hss_reach_notified",
				"PNR requests that say that a UE can be reached"),
		COUNTER(CNT_HSS_REACH_STRANGE, "hss_reach_strange",
				"PNR requests refused: nobody asked for them, or they cannot "
				"be read"),
		COUNTER(CNT_STATUS_WANTED, "status_wanted",
				"texts from UEs that asked for a status report and are "
				"remembered"),
		COUNTER(CNT_STATUS_REMEMBERED_EVICTED, "status_remembered_evicted",
				"of these, forgotten before their status report: "
				"status_reports_max is too small"),
		COUNTER(CNT_STATUS_REPORTS, "status_reports",
				"notifications of hubs that became an SMS-STATUS-REPORT"),
		COUNTER(CNT_STATUS_UNKNOWN, "status_unknown",
				"notifications of hubs about a text that is not known, or is "
				"another subscriber's"),
		COUNTER(CNT_STATUS_REPEATED, "status_repeated",
				"notifications of hubs about a text whose end the UE was told"),
		COUNTER(CNT_STATUS_IGNORED, "status_ignored",
				"notifications of hubs that are nothing for a UE: displayed, "
				"processed, not the end yet"),
		COUNTER(CNT_MT_RECEIVED, "mt_received",
				"texts of hubs to deliver, and status reports, repetitions of "
				"the same request not counted"),
		COUNTER(CNT_MT_DELIVERED, "mt_delivered",
				"of these, ended with RP-ACK of the UE for every part"),
		COUNTER(CNT_MT_FAILED, "mt_failed",
				"of these, ended in another way after they were taken"),
		COUNTER(CNT_MT_REJECTED, "mt_rejected", "of these, refused at once"),
		COUNTER(CNT_MT_RETRANSMISSIONS, "mt_retransmissions",
				"the same SIP transaction after its end; answered again, not "
				"in mt_received"),
		COUNTER(CNT_MT_PARTS_SENT, "mt_parts_sent",
				"MESSAGE requests with RP-DATA sent to UEs"),
		COUNTER(CNT_MT_PARTS_ACKED, "mt_parts_acked", "of these, RP-ACK came"),
		COUNTER(CNT_MT_PARTS_ERRORED, "mt_parts_errored",
				"of these, RP-ERROR came"),
		COUNTER(CNT_MT_PARTS_REFUSED, "mt_parts_refused",
				"of these, refused by SIP, not answered, or not sent at all"),
		COUNTER(CNT_MT_PARTS_UNREPORTED, "mt_parts_unreported",
				"of these, accepted by SIP, and no report within "
				"mt_report_timeout"),
		COUNTER(CNT_MT_ANSWERED_202, "mt_answered_202",
				"hubs answered 202 before the outcome was known"),
		COUNTER(CNT_MT_LATE, "mt_late", "reports of parts that were given up"),
		COUNTER(CNT_MT_REPORTS_REPEATED, "mt_reports_repeated",
				"reports of parts that had their report"),
		COUNTER(CNT_MT_REPORTS_UNKNOWN, "mt_reports_unknown",
				"reports of nothing that we sent"),
		COUNTER(CNT_MT_QUEUE_FULL, "mt_queue_full",
				"refused because mt_queue_max wait for the subscriber; counted "
				"as rejected too"),
		COUNTER(CNT_MT_OVERLOAD, "mt_overload",
				"refused because mt_max deliveries are at work, or no memory; "
				"counted as rejected too"),
		COUNTER(CNT_MT_HELD, "mt_held",
				"times a delivery began to wait for its subscriber to come "
				"back"),
		COUNTER(CNT_MT_HOLD_REFUSED, "mt_hold_refused",
				"not held, because the database does not take it: the hub "
				"keeps it"),
		COUNTER(CNT_MT_UNKEPT, "mt_unkept",
				"hubs that were answered 202 for what is not in the database: "
				"a restart would lose it"),
		COUNTER(CNT_MT_RESTORED, "mt_restored",
				"deliveries that came from the database at the start; counted "
				"as received too"),
		COUNTER(CNT_MT_WOKEN, "mt_woken",
				"times one went on because he came back"),
		COUNTER(CNT_MT_PARTS_MSISDN_LESS, "mt_parts_msisdn_less",
				"parts sent with the document of SMS without MSISDN"),
		COUNTER(CNT_MT_RETRIED, "mt_retried",
				"parts sent once more after a SIP failure"),
		COUNTER(CNT_MT_CANCELLED, "mt_cancelled",
				"ended by hand; counted as failed too"),
		COUNTER(CNT_IMDN_SENT, "imdn_sent",
				"notifications of an outcome sent to hubs, repetitions "
				"included"),
		COUNTER(CNT_IMDN_FAILED, "imdn_failed", "notifications given up"),
		{0, 0, 0, 0, 0, 0},
};

int counters_init(void)
{
	return counter_register_array("ipsmgw", table) < 0 ? -1 : 0;
}

void count(enum counter c)
{
	counter_inc(handles[c]);
}

long counter_read(enum counter c)
{
	return counter_get_val(handles[c]);
}

const char *counter_label(enum counter c)
{
	return table[c].name;
}
