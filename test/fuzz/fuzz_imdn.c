/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as message/imdn+xml. Twice as many octets hold its texts, and what is written of it reads the
 * same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ims/imdn.h"

static bool same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

static void check_written(const struct imdn *in, size_t size)
{
	/* "&" is written in five octets */
	size_t cap = 10 * size + 1024, len;
	char *out = malloc(cap), *text = malloc(2 * cap);
	struct imdn again;

	if(imdn_build(out, cap, &len, in) == 0 && len <= XMLDOC_MAX_OCTETS) {
		assert(imdn_parse(&again, text, 2 * cap, (struct span){out, len})
				== XMLDOC_OK);
		assert(same(again.message_id, in->message_id));
		assert(same(again.datetime, in->datetime));
		assert(again.notification == in->notification);
		assert(again.status == in->status);
		assert(imdn_tp_status(&again) == imdn_tp_status(in));
	}
	free(text);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = {(const char *)data, size};
	char *text = malloc(2 * size + 1);
	struct imdn seen;
	enum xmldoc_error error = imdn_parse(&seen, text, 2 * size, document);

	assert(error != XMLDOC_TOO_BIG || size > XMLDOC_MAX_OCTETS
			|| memchr(data, '=', size));
	if(error == XMLDOC_OK) {
		assert(seen.message_id.len > 0 && seen.status <= IMDN_OTHER);
		assert(imdn_tp_status(&seen) >= -1 && imdn_tp_status(&seen) < 0x80);
		check_written(&seen, size);
	}
	free(text);
	return 0;
}
