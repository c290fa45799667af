/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as Sh-Data of an HSS, into a large buffer and into a small one; and as the number of an
 * IP-SM-GW. Strings lie in the buffer and can be written into a header, numbers are digits, and what is written says
 * what was asked.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ims/sh_data.h"

static char text[SH_DATA_TEXT];

static void check_inside(struct span part, size_t cap)
{
	if(part.len > 0)
		assert(part.s >= text && part.s + part.len <= text + cap);
	assert(identity_printable(part));
}

static void check_digits(const char *number, size_t max)
{
	assert(strlen(number) <= max);
	assert(strspn(number, "0123456789") == strlen(number));
}

static void check_lists(const struct sh_data *data, size_t cap)
{
	struct identity_uri uri;
	size_t i;

	assert(data->impus_len <= SH_DATA_IMPUS);
	assert(data->msisdns_len <= SH_DATA_MSISDNS);
	assert(data->impis_len <= SH_DATA_IMPIS);
	for(i = 0; i < data->impus_len; i++) {
		check_inside(data->impus[i], cap);
		assert(identity_uri_parse(&uri, data->impus[i]) == 0);
	}
	for(i = 0; i < data->impis_len; i++) {
		check_inside(data->impis[i], cap);
		assert(data->impis[i].len > 0);
	}
	for(i = 0; i < data->msisdns_len; i++) {
		check_digits(data->msisdns[i], MSISDN_MAX_DIGITS);
		assert(data->msisdns[i][0]);
	}
}

static void check_document(struct span document, size_t cap)
{
	static struct sh_data data;

	if(sh_data_parse(&data, text, cap, document) != XMLDOC_OK) {
		assert(data.present == 0);
		return;
	}
	check_lists(&data, cap);
	check_digits(data.imsi, IMSI_MAX_DIGITS);
	check_digits(data.ip_sm_gw_number, SH_NUMBER_MAX_DIGITS);
	check_digits(data.sc_address, SH_NUMBER_MAX_DIGITS);
	check_digits(data.vlr_number, SH_NUMBER_MAX_DIGITS);
	check_digits(data.msc_number, SH_NUMBER_MAX_DIGITS);
	check_inside(data.scscf, cap);
	check_inside(data.mme_name, cap);
	check_inside(data.last_ue_activity_time, cap);
	assert(data.user_state >= SH_NOT_STATED
			&& data.user_state <= SH_AUTHENTICATION_PENDING);
	assert(data.voice_over_ps >= SH_NOT_STATED
			&& data.voice_over_ps <= SH_VOICE_UNKNOWN);
	assert(data.rat_type >= SH_NOT_STATED);
	assert(data.impus_len == 0 || data.present & SH_HAS_IMPU);
	assert(data.msisdns_len == 0 || data.present & SH_HAS_MSISDN);
	assert(data.impis_len == 0 || data.present & SH_HAS_IMPI);
	assert(cap < sizeof(text) || data.dropped == 0
			|| data.impus_len == SH_DATA_IMPUS
			|| data.msisdns_len == SH_DATA_MSISDNS
			|| data.impis_len == SH_DATA_IMPIS);
}

static void check_number(struct span number)
{
	static struct sh_data data;
	char document[SH_DATA_SMS_REGISTRATION_MAX];
	size_t len;

	if(sh_data_register(document, sizeof(document), &len, number) < 0)
		return;
	assert(sh_data_parse(
				   &data, text, sizeof(text), (struct span){document, len})
			== XMLDOC_OK);
	assert(data.present == SH_HAS_SMS_REGISTRATION);
	assert(strlen(data.ip_sm_gw_number) == number.len);
	assert(memcmp(data.ip_sm_gw_number, number.s, number.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = {(const char *)data, size};

	check_document(in, sizeof(text));
	check_document(in, size % 64);
	check_number(in);
	return 0;
}
