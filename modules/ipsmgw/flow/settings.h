/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The module's parameters as the flow reads them. The face owns the one instance:
 * it fills it before the fork (ipsmgw_mod.c), afterwards nobody writes it.
 */
#ifndef IPSMGW_FLOW_SETTINGS_H
#define IPSMGW_FLOW_SETTINGS_H

#include "../ims/number.h"
#include "../ims/service_info.h"
#include "cause_map.h"
#include "compat.h"
#include "mt_outcome.h"

/* What may be asked of the HSS. */
enum hss_profile
{
	HSS_NONE,
	HSS_READ_ONLY, /* never written to */
	HSS_3GPP,
};

/* The form of SMS without MSISDN toward UEs. */
enum msisdn_less
{
	MSISDN_LESS_NEVER,
	MSISDN_LESS_DECLARED, /* for those that say that they take it */
	MSISDN_LESS_ALWAYS,
};

struct settings
{
	str gateway_uri; /* our own identity: From and P-Asserted-Identity of what we send to a UE */
	str scscf_uri; /* where reports go, empty: to the peer that sent the MESSAGE */
	str home_domain; /* host part of a sender toward the hub, empty: that of his identity */
	str hub_domain; /* host part of the hub's R-URI, empty: that of the destination */
	int hub_assert_identity; /* send P-Asserted-Identity to hubs */
	int hub_timeout;		 /* ms, one attempt at one hub */

	int mo_jobs_max; /* short messages at work at one time */
	int mo_deadline; /* ms after arrival, ends a job with RP-ERROR */

	int report_timeout;		/* ms, one attempt to send a submit report */
	int report_window;		/* ms after arrival, no repeat of a report later */
	int report_retry_delay; /* ms, before a failed report is sent again */
	str report_disposition; /* Request-Disposition of a report, empty: none */
	str report_accept_contact;

	int repeat_rd_window; /* s, a repeat by TP-RD */
	int repeat_window;	  /* s, a repeat by RP-MR and TPDU */
	int repeat_entries;	  /* messages remembered at one time */

	int reg_event;				 /* enum reg_event */
	int reg_event_as_subscriber; /* P-Asserted-Identity of SUBSCRIBE: his, not ours */
	int reg_event_expires;		 /* s, asked for */
	int reg_event_max;			 /* subscriptions at one time */
	int reg_event_rate;			 /* begun a second */
	int reg_event_timeout; /* ms, for the answer, and then for the NOTIFY */
	int reg_event_retry;   /* s, before the second try; doubled each time */

	str country_code, national_prefix, international_prefix;
	int short_code_max;
	struct dial_plan
			dial_plan; /* the four above, as the ims layer takes them */

	int status_reports_max; /* texts remembered whose status report is to come; 0: none */
	int status_report_time; /* s, at most, and without TP-VP */
	int status_report_grace; /* s after that in which a hub may say how it ended */
	int status_report_temporary; /* UEs are told also what is not the end */

	int scts_zone;	  /* quarter hours, SCTS_ZONE_LOCAL: the machine's zone */
	int mask_numbers; /* in logs */
	int result_log_level;

	int registry_max; /* subscribers registered at one time */
	str db_url;		  /* where registrations are kept over a restart */
	int db_mode;	  /* enum db_mode */
	int db_wait; /* ms, how long the 200 to a REGISTER waits for the commit */
	str service_info; /* format of the text in service-info, as its name */
	enum service_info_format service_info_format;

	str hss_conf;		/* freeDiameter's configuration file, empty: no HSS */
	str hss_profile;	/* by its name */
	str hss_listen;		/* addresses to bind, empty: what that file says */
	str hss_realm;		/* Destination-Realm, empty: our own */
	str hss_host;		/* Destination-Host, empty: the realm decides */
	str gateway_number; /* our E.164 number, digits */
	int hss_timeout;	/* ms, of a question */
	int hss_slots;		/* questions at one time */
	int hss_workers;	/* processes that answers come to */
	int hss_retry; /* s, before an update that failed for now; doubled each time */
	int hss_cache_max;	   /* answers kept */
	int hss_cache_time;	   /* s */
	int hss_cache_no_time; /* s, of those that have nothing */
	int hss_reach_max;	   /* notifications of reachability waited for */
	int hss_reach_time;	   /* s, how long one is waited for */
	enum hss_profile hss;

	str sc_address; /* our service centre address toward UEs, E.164 digits: RP-OA; empty: nothing can be delivered */
	int mt_max;		/* deliveries at one time */
	int mt_answer_after;   /* ms, then a hub gets 202 and the outcome follows */
	int mt_report_timeout; /* ms, from sending a part to its report */
	int mt_late_time;	   /* s, so long after that a report is still known */
	int mt_queue_max;	   /* deliveries that wait for one subscriber */
	int mt_queue_time;	   /* s, the longest wait */
	int mt_hold;		/* keep what finds nobody, when the hub does not say */
	int mt_hold_memory; /* what is held may be lost in a restart: without a database */
	int mt_hold_time; /* s, for how long */
	int mt_retry; /* times a part is sent once more after busy or a failure of a server */
	str mt_disposition;	   /* Request-Disposition, empty: none */
	str mt_accept_contact; /* Accept-Contact, empty: none */
	int mt_msisdn_less;	   /* enum msisdn_less */
	str mt_languages;	   /* national languages, names or ids */
	int mt_concat_bits;	   /* 8 or 16, of the reference of parts */
	int mt_workers;		   /* processes in which suspended requests go on */
	str mt_default_sender; /* of a text without one */
	str mt_notify_uri; /* where IMDN goes, empty: where the MESSAGE came from */
	uint32_t mt_language_bits; /* mt_languages: bit n is language id n */

	struct cause_map cause_map;	  /* hub results to RP causes */
	struct mt_answers mt_answers; /* outcomes of deliveries to SIP statuses */
};

#define SCTS_ZONE_LOCAL 127

/* The numbers that usrloc gives them. */
enum db_mode
{
	DB_MODE_MEMORY = 0,
	DB_MODE_WRITE_THROUGH = 1,
	DB_MODE_SHARED = 3,
};

extern struct settings settings;

#endif
