/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: the body of a phone's MESSAGE. What is found lies in the body or the buffer, and its two contents, written again, are
 * read as the same.
 *
 * Input: Content-Type up to LF, the body.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ims/hub_form.h"
#include "ims/sms_body.h"

static bool same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

static void check_written(const struct sms_body *in)
{
	char type[SMS_BODY_TYPE_MAX], document[8 * SMS_BODY_ROOM];
	char buffer[4 * SMS_BODY_ROOM];
	size_t len, document_len, cap;
	struct sms_body again;
	char *body;

	if(short_message_info_build(
			   document, sizeof(document), &document_len, &in->info)
			< 0)
		return;
	cap = document_len + in->rp.len + 512;
	body = malloc(cap);
	assert(sms_body_build(body, cap, &len, type,
				   (struct span){document, document_len}, in->rp)
			== 0);
	assert(sms_body_read(&again, buffer, sizeof(buffer),
				   (struct span){type, strlen(type)}, (struct span){body, len})
			== 0);
	assert(same(again.rp, in->rp));
	assert(again.info_state == SMS_INFO_READ);
	assert(same(again.info.to, in->info.to));
	free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = {(const char *)data, size}, type;
	static char buffer[SMS_BODY_ROOM];
	struct sms_body out;

	type = (struct span){body.s, span_find(body, '\n')};
	body = span_skip(body, type.len + 1);
	if(sms_body_read(&out, buffer, sizeof(buffer), type, body) < 0)
		return 0;
	assert((out.rp.s >= body.s && out.rp.s + out.rp.len <= body.s + body.len)
			|| (out.rp.s >= buffer
					&& out.rp.s + out.rp.len <= buffer + sizeof(buffer)));
	assert((out.info_fault != NULL) == (out.info_state == SMS_INFO_BROKEN));
	if(out.info_state != SMS_INFO_READ) {
		assert(out.info.to.len == 0);
		return 0;
	}
	assert(out.boundary.len > 0);
	if(hub_form_takes(out.info.to))
		assert(out.info.to.len < HUB_URI_MAX);
	check_written(&out);
	return 0;
}
