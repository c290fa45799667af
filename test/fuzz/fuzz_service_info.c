/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: the first octet of the input is the format, the rest a document with service information. The text fits,
 * numbers are digits; the rest as a text of its own gives numbers, too.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ims/service_info.h"

static void check_numbers(struct span text, enum service_info_format format)
{
	struct subscriber_numbers seen;
	int rc = service_info_numbers(&seen, text, format);

	assert(strlen(seen.msisdn) <= MSISDN_MAX_DIGITS);
	assert(strspn(seen.msisdn, "0123456789") == strlen(seen.msisdn));
	assert(strlen(seen.imsi) <= IMSI_MAX_DIGITS);
	assert(strspn(seen.imsi, "0123456789") == strlen(seen.imsi));
	assert((rc == 0) == (seen.msisdn[0] || seen.imsi[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum service_info_format format;
	struct span document;
	char text[512];
	size_t len;
	int rc;

	if(size == 0)
		return 0;
	format = (enum service_info_format)(data[0] % (SERVICE_INFO_XML + 1));
	document = (struct span){(const char *)data + 1, size - 1};
	rc = service_info_text(text, sizeof(text), &len, document);
	assert(rc <= 1 && len <= sizeof(text) && (rc >= 0 || len == 0));
	check_numbers((struct span){text, len}, format);
	check_numbers(document, format);
	return 0;
}
