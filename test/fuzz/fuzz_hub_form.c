/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: a P-Asserted-Identity line and an RP message, as a phone and its network may send them, to the form
 * toward the hub. Whatever they say, no URI has an octet that may not stand there, every header is a line of known name,
 * and a text body is UTF-8 without NUL.
 *
 * Input: one octet of options, the P-Asserted-Identity up to LF, the RP message.
 */
#include <assert.h>
#include <string.h>

#include "codec/rp.h"
#include "codec/text.h"
#include "ims/cpim.h"
#include "ims/hub_form.h"
#include "ims/identity.h"

enum
{
	OPAQUE = 0x01,
	UNTRUSTED = 0x02,
	NO_PLAN = 0x04,
	HOME_OF_SENDER = 0x08,
	CPIM = 0x10,
	TO_SENDER = 0x20, /* the destination is his URI, not a number */
	PARTS = 0x40,	  /* the boundary of an opaque body is his header line */
};

static void check_uri(const char *uri, size_t len)
{
	struct identity_uri parsed;

	assert(strlen(uri) == len && len < HUB_URI_MAX);
	assert(identity_uri_parse(&parsed, (struct span){uri, len}) == 0);
}

/* The lines that docs/hub.md lists, each at most once. */
static void check_headers(const char *headers, size_t len)
{
	static const char *const names[] = {"P-Asserted-Identity", "Date",
			"Content-Type", "X-SMS-CODING", "X-SMS-UDH", "X-SMS-CONCAT",
			"X-M-CLASS", "X-SMS-PID", "X-SMS-VALIDITY", "X-REG-DELIVERY",
			"X-SMS-MESSAGE-ID"};
	const unsigned count = sizeof(names) / sizeof(names[0]);
	unsigned seen = 0;

	assert(strlen(headers) == len && len < HUB_HEADERS_MAX);
	while(*headers) {
		size_t name = strcspn(headers, ":"), line = strcspn(headers, "\r\n");
		unsigned i;

		for(i = 0; i < count; i++)
			if(strlen(names[i]) == name
					&& strncmp(names[i], headers, name) == 0)
				break;
		assert(i < count && !(seen & 1u << i));
		seen |= 1u << i;
		for(size_t j = 0; j < line; j++)
			assert(headers[j] >= ' ' && headers[j] < 0x7f);
		assert(strncmp(headers + line, "\r\n", 2) == 0);
		headers += line + 2;
	}
}

static struct span check_text(char text[SMS_TEXT_MAX], const struct tp_msg *tp)
{
	size_t len;

	if(sms_text_decode(
			   text, &len, tp->dcs, &tp->udh, tp->ud, tp->ud_len, tp->udl)
			< 0)
		return (struct span){"", 0};
	assert(len <= SMS_TEXT_MAX && utf8_valid(text, len));
	assert(!memchr(text, '\0', len));
	return (struct span){text, len};
}

/* What a hub reads in it is what was put. */
static void check_cpim(
		const struct hub_form *form, const struct hub_form_in *in)
{
	struct cpim cpim;

	assert(cpim_parse(&cpim, (struct span){form->cpim, form->cpim_len}) == 0);
	assert(cpim.content.body.len == in->text.len);
	assert(in->text.len == 0
			|| memcmp(cpim.content.body.s, in->text.s, in->text.len) == 0);
	assert(span_is(cpim.message_id, in->message_id));
	assert((cpim.disposition != 0) == (in->message_id.len > 0));
}

/* The sender as the flow takes him: the first SIP or tel URI, and his number if he has one. */
static bool find_sender(struct hub_form_in *in,
		char msisdn[MSISDN_MAX_DIGITS + 1], struct span header)
{
	struct identity_uri uri;

	while(identity_next(&in->sender, &header) == 0) {
		identity_uri_parse(&uri, in->sender);
		if(uri.scheme == URI_OTHER)
			continue;
		identity_msisdn(msisdn, &uri);
		in->msisdn = msisdn;
		if(uri.scheme != URI_TEL)
			in->home_domain = uri.host;
		return true;
	}
	return false;
}

static void check_form(struct hub_form_in *in, uint8_t options)
{
	struct hub_form form;

	in->body = options & OPAQUE ? HUB_OPAQUE
			   : options & CPIM ? HUB_CPIM
								: HUB_TEXT;
	if(in->tp->srr)
		in->message_id = SPAN("0123456789abcdef");
	in->assert_identity = !(options & UNTRUSTED);
	if(!(options & HOME_OF_SENDER) || in->home_domain.len == 0)
		in->home_domain = SPAN("ims.example");
	in->hub = SPAN("hub.example:5070");
	memset(&form, 0xA5, sizeof(form));
	if(hub_form_build(&form, in) < 0)
		return;
	assert(in->dest_uri.len > 0 || in->dest->kind != NUMBER_NONE);
	check_uri(form.ruri, form.ruri_len);
	check_uri(form.from, form.from_len);
	check_headers(form.headers, form.headers_len);
	if(in->body == HUB_CPIM)
		check_cpim(&form, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dial_plan uk = {{"44", 2}, {"0", 1}, {"00", 2}, 6};
	static const struct dial_plan none = {{"", 0}, {"", 0}, {"", 0}, 0};
	struct span all = {(const char *)data, size}, line, header;
	char msisdn[MSISDN_MAX_DIGITS + 1], text[SMS_TEXT_MAX];
	struct hub_form_in in;
	struct sms_error err;
	struct number dest;
	struct tp_msg tp;
	struct rp_msg rp;

	if(size == 0)
		return 0;
	memset(&in, 0, sizeof(in));
	all = span_skip(all, 1);
	line = header = (struct span){all.s, span_find(all, '\n')};
	all = span_skip(all, line.len + 1);
	if(!find_sender(&in, msisdn, header)
			|| rp_decode(&rp, &err, true, (const uint8_t *)all.s, all.len) < 0
			|| rp.type != RP_DATA
			|| tp_decode(&tp, &err, true, TP_IN_RP_DATA, rp.ud, rp.ud_len) < 0
			|| tp.type != TP_SUBMIT)
		return 0;
	number_from_dialled(&dest, data[0] & NO_PLAN ? &none : &uk, tp.addr.ton,
			(struct span){tp.addr.value, tp.addr.value_len});
	in.tp = &tp;
	in.dest = &dest;
	in.arrival = 1795336867;
	in.text = check_text(text, &tp);
	if(data[0] & TO_SENDER)
		in.dest_uri = in.sender;
	if(data[0] & PARTS)
		in.boundary = line;
	check_form(&in, data[0]);
	return 0;
}
