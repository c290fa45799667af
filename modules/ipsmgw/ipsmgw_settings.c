/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Checks of the parameters: see ipsmgw_settings.h.
 */
#include "ipsmgw_settings.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "flow/settings.h"
#include "flow/subscription.h"

static bool cause_map_ready, mt_answers_ready;

int settings_add_mo_cause(modparam_t type, void *value)
{
	(void)type;
	if(!cause_map_ready)
		cause_map_defaults(&settings.cause_map);
	cause_map_ready = true;
	if(cause_map_set(&settings.cause_map, value) == 0)
		return 0;
	LM_ERR("parameter mo_cause: cannot read \"%s\"; a row is like "
		   "\"404,410=1\" or \"415,5xx=69/0x90\"\n",
			(char *)value);
	return -1;
}

int settings_add_mt_answer(modparam_t type, void *value)
{
	(void)type;
	if(!mt_answers_ready)
		mt_answers_defaults(&settings.mt_answers);
	mt_answers_ready = true;
	if(mt_answers_set(&settings.mt_answers, value) == 0)
		return 0;
	LM_ERR("parameter mt_answer: cannot read \"%s\"; a row is like "
		   "\"404,604=404\", \"rp-22=480\" or \"no-report,5xx=480\"\n",
			(char *)value);
	return -1;
}

static int check_uri(const char *name, str uri, bool required)
{
	struct identity_uri parsed;

	if(uri.len == 0 && !required)
		return 0;
	if(identity_uri_parse(&parsed, span_of(uri)) == 0
			&& parsed.scheme != URI_OTHER && parsed.scheme != URI_TEL)
		return 0;
	LM_ERR("parameter %s: '%.*s' is no SIP URI\n", name, uri.len, uri.s);
	return -1;
}

/* host or host:port, as it is written behind "@" */
static int check_host(const char *name, str host)
{
	struct identity_uri parsed;
	char uri[256];
	int n = snprintf(uri, sizeof(uri), "sip:x@%.*s", host.len, host.s);

	if(host.len == 0)
		return 0;
	if(n < (int)sizeof(uri)
			&& identity_uri_parse(&parsed, (struct span){uri, (size_t)n}) == 0
			&& parsed.params.len == 0)
		return 0;
	LM_ERR("parameter %s: '%.*s' is no host name\n", name, host.len, host.s);
	return -1;
}

static int check_digits(const char *name, str digits)
{
	int i;

	for(i = 0; i < digits.len; i++)
		if(digits.s[i] < '0' || digits.s[i] > '9') {
			LM_ERR("parameter %s: '%.*s' has more than digits\n", name,
					digits.len, digits.s);
			return -1;
		}
	return 0;
}

static int check_database(void)
{
	if(settings.db_mode != DB_MODE_MEMORY
			&& settings.db_mode != DB_MODE_WRITE_THROUGH
			&& settings.db_mode != DB_MODE_SHARED) {
		LM_ERR("parameter db_mode is %d, it must be 0, 1 or 3\n",
				settings.db_mode);
		return -1;
	}
	if(settings.db_mode != DB_MODE_MEMORY && settings.db_url.len == 0) {
		LM_ERR("parameter db_url is needed with db_mode=%d\n",
				settings.db_mode);
		return -1;
	}
	return 0;
}

static int check_hss(void)
{
	static const struct
	{
		struct span name;
		enum hss_profile profile;
	} profiles[] = {
			{{"none", 4}, HSS_NONE},
			{{"read-only", 9}, HSS_READ_ONLY},
			{{"3gpp", 4}, HSS_3GPP},
	};
	size_t i;

	for(i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if(span_is(span_of(settings.hss_profile), profiles[i].name))
			break;
	if(i == sizeof(profiles) / sizeof(profiles[0])) {
		LM_ERR("parameter hss_profile: '%.*s' is none of none, read-only, "
			   "3gpp\n",
				settings.hss_profile.len, settings.hss_profile.s);
		return -1;
	}
	settings.hss = settings.hss_conf.len > 0 ? profiles[i].profile : HSS_NONE;
	if(settings.hss != HSS_NONE && access(settings.hss_conf.s, R_OK) < 0) {
		LM_ERR("parameter hss_conf: '%s' cannot be read: %s\n",
				settings.hss_conf.s, strerror(errno));
		return -1;
	}
	if(settings.hss == HSS_3GPP && settings.gateway_number.len == 0) {
		LM_ERR("parameter gateway_number is needed with hss_profile=3gpp: it "
			   "is what the HSS is told\n");
		return -1;
	}
	if(settings.hss == HSS_3GPP)
		LM_WARN("hss_profile is 3gpp: the HSS is written to by Sh-Update. "
				"PyHSS overwrites a subscriber's data with it: use read-only "
				"there\n");
	return 0;
}

/* National language identifiers (TS 23.038 6.2.1.2.4) by their names. */
static const struct span languages[] = {{"", 0}, {"turkish", 7}, {"spanish", 7},
		{"portuguese", 10}, {"bengali", 7}, {"gujarati", 8}, {"hindi", 5},
		{"kannada", 7}, {"malayalam", 9}, {"oriya", 5}, {"punjabi", 7},
		{"tamil", 5}, {"telugu", 6}, {"urdu", 4}};

#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

/* The id of a language by its name or its number; 0: it is none. */
static unsigned language_id(struct span name)
{
	char number[4];
	unsigned id;

	for(id = 1; id < LANGUAGES; id++) {
		snprintf(number, sizeof(number), "%u", id);
		if(span_is(name, languages[id])
				|| span_is(name, (struct span){number, strlen(number)}))
			return id;
	}
	return 0;
}

static int check_languages(void)
{
	struct span rest = span_trim(span_of(settings.mt_languages));

	settings.mt_language_bits = 0;
	while(rest.len > 0) {
		struct span name = {rest.s, span_find(rest, ',')};
		unsigned id = language_id(span_trim(name));

		if(id == 0) {
			LM_ERR("parameter mt_languages: '%.*s' is no language with a "
				   "national table\n",
					(int)name.len, name.s);
			return -1;
		}
		settings.mt_language_bits |= 1u << id;
		rest = span_skip(rest, name.len + 1);
	}
	return 0;
}

static int check_deliveries(void)
{
	if(!mt_answers_ready)
		mt_answers_defaults(&settings.mt_answers);
	if(check_digits("sc_address", settings.sc_address) < 0
			|| check_uri("mt_notify_uri", settings.mt_notify_uri, false) < 0
			|| check_languages() < 0)
		return -1;
	if(settings.sc_address.len > 20) {
		LM_ERR("parameter sc_address: '%.*s' is longer than an address can "
			   "be\n",
				settings.sc_address.len, settings.sc_address.s);
		return -1;
	}
	if(settings.mt_concat_bits != 8 && settings.mt_concat_bits != 16) {
		LM_ERR("parameter mt_concat_bits is %d, it must be 8 or 16\n",
				settings.mt_concat_bits);
		return -1;
	}
	if(settings.sc_address.len == 0)
		LM_WARN("parameter sc_address is empty: texts to phones are refused "
				"with 500\n");
	return 0;
}

int settings_check(void)
{
	if(check_database() < 0
			|| check_uri("gateway_uri", settings.gateway_uri, true) < 0
			|| check_uri("scscf_uri", settings.scscf_uri, false) < 0
			|| check_host("home_domain", settings.home_domain) < 0
			|| check_host("hub_domain", settings.hub_domain) < 0
			|| check_host("hss_host", settings.hss_host) < 0
			|| check_host("hss_realm", settings.hss_realm) < 0
			|| check_hss() < 0
			|| check_digits("gateway_number", settings.gateway_number) < 0
			|| check_digits("country_code", settings.country_code) < 0
			|| check_digits("national_prefix", settings.national_prefix) < 0
			|| check_digits(
					   "international_prefix", settings.international_prefix)
					   < 0)
		return -1;
	if(check_deliveries() < 0)
		return -1;
	if(service_info_format_parse(
			   &settings.service_info_format, span_of(settings.service_info))
			< 0) {
		LM_ERR("parameter service_info: '%.*s' is none of auto, bare, pairs, "
			   "xml\n",
				settings.service_info.len, settings.service_info.s);
		return -1;
	}
	if(settings.reg_event == REG_EVENT_ALWAYS
			&& settings.reg_event_max < settings.registry_max)
		LM_WARN("parameter reg_event is 2, but reg_event_max=%d is less than "
				"registry_max=%d: not all can be subscribed to\n",
				settings.reg_event_max, settings.registry_max);
	if(!cause_map_ready)
		cause_map_defaults(&settings.cause_map);
	settings.dial_plan = (struct dial_plan){span_of(settings.country_code),
			span_of(settings.national_prefix),
			span_of(settings.international_prefix), settings.short_code_max};
	return 0;
}
