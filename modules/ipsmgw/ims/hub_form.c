/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The hub's form of a short message: see hub_form.h.
 */
#include "hub_form.h"

#include <stdarg.h>
#include <stdio.h>

#include "../codec/dcs.h"
#include "cpim.h"
#include "datetime.h"
#include "identity.h"
#include "sms_body.h"

/* Text written piece by piece; overflow is remembered, not written. */
struct writer
{
	char *s;
	size_t len, cap;
	bool overflow;
};

static void put(struct writer *w, const char *format, ...)
{
	va_list ap;
	int n;

	if(w->overflow)
		return;
	va_start(ap, format);
	n = vsnprintf(w->s + w->len, w->cap - w->len, format, ap);
	va_end(ap);
	if(n < 0 || (size_t)n >= w->cap - w->len)
		w->overflow = true;
	else
		w->len += (size_t)n;
}

static void put_hex(struct writer *w, const uint8_t *in, size_t len)
{
	size_t i;

	for(i = 0; i < len; i++)
		put(w, "%02X", in[i]);
}

static const char *alphabet_name(uint8_t dcs)
{
	static const char *const names[] = {
			[ALPHABET_GSM7] = "GSM7",
			[ALPHABET_8BIT] = "8BIT",
			[ALPHABET_UCS2] = "UCS2",
			[ALPHABET_RESERVED] = "8BIT",
	};
	struct sms_dcs d;

	sms_dcs_decode(&d, dcs);
	return names[d.compressed ? ALPHABET_8BIT : d.alphabet];
}

static void put_metadata(struct writer *w, const struct hub_form_in *in)
{
	const struct tp_msg *tp = in->tp;
	struct sms_dcs dcs;
	uint32_t seconds;

	sms_dcs_decode(&dcs, tp->dcs);
	put(w, "X-SMS-CODING: %s\r\n", alphabet_name(tp->dcs));
	if(tp->udhi && tp->udh.valid) {
		put(w, "X-SMS-UDH: ");
		put_hex(w, tp->ud, tp->udh.len);
		put(w, "\r\n");
	}
	if(tp->udhi && tp->udh.concat_bits)
		put(w, "X-SMS-CONCAT: ref=%u;total=%u;seq=%u\r\n", tp->udh.concat_ref,
				tp->udh.concat_total, tp->udh.concat_seq);
	if(dcs.message_class >= 0)
		put(w, "X-M-CLASS: %d\r\n", dcs.message_class);
	if(tp->pid != 0)
		put(w, "X-SMS-PID: %u\r\n", tp->pid);
	if(tp_vp_left(&seconds, &tp->vp, in->arrival))
		put(w, "X-SMS-VALIDITY: %u\r\n", seconds);
	if(tp->srr)
		put(w, "X-REG-DELIVERY: 1\r\n");
	if(in->message_id.len > 0)
		put(w, "X-SMS-MESSAGE-ID: %.*s\r\n", (int)in->message_id.len,
				in->message_id.s);
}

/* RFC 7231 date, the only form SIP takes; names are English whatever the locale. */
static void put_date(struct writer *w, time_t t)
{
	static const char days[][4] = {
			"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
			"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct tm tm;

	gmtime_r(&t, &tm);
	put(w, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday],
			tm.tm_mday, months[tm.tm_mon], 1900 + tm.tm_year, tm.tm_hour,
			tm.tm_min, tm.tm_sec);
}

#define TEXT_TYPE "text/plain;charset=UTF-8"

static const char *const content_types[] = {
		[HUB_TEXT] = TEXT_TYPE,
		[HUB_OPAQUE] = SMS_TYPE,
		[HUB_CPIM] = "message/cpim",
};

/* As it stood between quotes, or could. */
static void put_multipart_type(struct writer *w, struct span boundary)
{
	size_t i;

	for(i = 0; i < boundary.len; i++)
		if(boundary.s[i] < ' ' || boundary.s[i] > '~' || boundary.s[i] == '"'
				|| boundary.s[i] == '\\')
			w->overflow = true;
	put(w, "Content-Type: multipart/mixed;boundary=\"%.*s\"\r\n",
			(int)boundary.len, boundary.s);
}

static void put_headers(struct writer *w, const struct hub_form_in *in)
{
	if(in->assert_identity) {
		if(in->msisdn[0])
			put(w, "P-Asserted-Identity: <tel:+%s>\r\n", in->msisdn);
		else
			put(w, "P-Asserted-Identity: <%.*s>\r\n", (int)in->sender.len,
					in->sender.s);
	}
	put_date(w, in->arrival);
	if(in->body == HUB_OPAQUE && in->boundary.len > 0)
		put_multipart_type(w, in->boundary);
	else
		put(w, "Content-Type: %s\r\n", content_types[in->body]);
	put_metadata(w, in);
}

/* RFC 5438 6: the hub is asked for the good news and for the bad. */
static int put_cpim(struct hub_form *out, const struct hub_form_in *in)
{
	char arrival[DATETIME_MAX];
	struct cpim cpim = {.from = {out->from, out->from_len},
			.to = {out->ruri, out->ruri_len},
			.datetime = {arrival, datetime_print(arrival, in->arrival)},
			.message_id = in->message_id,
			.content = {SPAN(TEXT_TYPE), MIME_AS_IS, in->text}};

	if(in->message_id.len > 0)
		cpim.disposition = CPIM_POSITIVE_DELIVERY | CPIM_NEGATIVE_DELIVERY;
	return cpim_build(out->cpim, sizeof(out->cpim), &out->cpim_len, &cpim);
}

bool hub_form_takes(struct span uri)
{
	return uri.len < HUB_URI_MAX && identity_names_person(uri);
}

/* 0, or -1: there is none. */
static int put_destination(struct writer *w, const struct hub_form_in *in)
{
	char user[HUB_URI_MAX];

	if(in->dest_uri.len > 0) {
		put(w, "%.*s", (int)in->dest_uri.len, in->dest_uri.s);
		return hub_form_takes(in->dest_uri) ? 0 : -1;
	}
	if(in->dest->kind == NUMBER_NONE
			|| number_print_user(user, sizeof(user), in->dest, in->home_domain)
					   == 0)
		return -1;
	put(w, "sip:%s@%.*s;user=phone", user, (int)in->hub.len, in->hub.s);
	return 0;
}

int hub_form_build(struct hub_form *out, const struct hub_form_in *in)
{
	struct writer ruri = {out->ruri, 0, sizeof(out->ruri), false};
	struct writer from = {out->from, 0, sizeof(out->from), false};
	struct writer headers = {out->headers, 0, sizeof(out->headers), false};

	if(put_destination(&ruri, in) < 0)
		return -1;
	if(in->msisdn[0])
		put(&from, "sip:+%s@%.*s;user=phone", in->msisdn,
				(int)in->home_domain.len, in->home_domain.s);
	else
		put(&from, "%.*s", (int)in->sender.len, in->sender.s);
	put_headers(&headers, in);
	if(ruri.overflow || from.overflow || headers.overflow)
		return -1;
	out->ruri_len = ruri.len;
	out->from_len = from.len;
	out->headers_len = headers.len;
	out->cpim_len = 0;
	return in->body == HUB_CPIM ? put_cpim(out, in) : 0;
}
