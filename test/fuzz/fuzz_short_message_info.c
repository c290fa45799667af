/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as application/vnd.3gpp.sms+xml. Addresses are URIs, twice as many octets hold the texts, and
 * what is written of it reads the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ims/identity.h"
#include "ims/short_message_info.h"

static bool same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

static void check_address(struct span text)
{
	struct identity_uri uri;

	assert(text.len == 0 || identity_uri_parse(&uri, text) == 0);
}

static void check_written(const struct short_message_info *in, size_t size)
{
	/* "&" is written in five octets */
	size_t cap = 10 * size + 1024, len;
	char *out = malloc(cap), *text = malloc(2 * cap);
	struct short_message_info again;

	if(short_message_info_build(out, cap, &len, in) == 0
			&& len <= XMLDOC_MAX_OCTETS) {
		assert(short_message_info_parse(
					   &again, text, 2 * cap, (struct span){out, len})
				== XMLDOC_OK);
		assert(same(again.to, in->to) && same(again.from, in->from));
		assert(same(again.sender, in->sender));
		assert(same(again.receiver, in->receiver));
		assert(same(again.hlr_id, in->hlr_id));
		assert(same(again.outcome, in->outcome));
		assert(again.has_correlation == in->has_correlation);
	}
	free(text);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = {(const char *)data, size};
	char *text = malloc(2 * size + 1);
	struct short_message_info seen;
	enum xmldoc_error error =
			short_message_info_parse(&seen, text, 2 * size, document);

	assert(error != XMLDOC_TOO_BIG || size > XMLDOC_MAX_OCTETS
			|| memchr(data, '=', size));
	if(error == XMLDOC_OK) {
		check_address(seen.to);
		check_address(seen.from);
		check_address(seen.sender);
		check_address(seen.receiver);
		check_written(&seen, size);
	}
	free(text);
	return 0;
}
