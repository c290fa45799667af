/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The body with one part: see mt_body.h.
 */
#include "mt_body.h"

#include "../codec/deliver.h"
#include "../ims/identity.h"
#include "../ims/number.h"
#include "mt_again.h"
#include "settings.h"

/* Two URIs, with what XML needs escaped. */
#define DOCUMENT_MAX 4096
/* What stands around the parts. */
#define AROUND_MAX 512

/* The form is chosen when it is sent: a UE of today may not be the one that was registered when the hub sent it. */
static enum mt_info info_for(const struct mt_context *c)
{
	if(c->info == MT_INFO_SENDER
			&& settings.mt_msisdn_less != MSISDN_LESS_ALWAYS
			&& !(settings.mt_msisdn_less == MSISDN_LESS_DECLARED
					&& c->declared))
		return MT_INFO_NONE;
	return c->info;
}

static int encode_rp(uint8_t out[RP_MAX_OCTETS], size_t *len,
		const struct delivery *d, const struct delivery_part *part,
		bool is_dummy)
{
	struct rp_msg rp = {.type = RP_DATA, .mr = part->rp_mr, .has_ud = true};
	uint8_t tpdu[TP_MAX_OCTETS];
	struct sms_address dummy;
	size_t tpdu_len = part->tpdu_len;

	rp.ud = part->tpdu;
	if(is_dummy) {
		if(sms_address_set(&dummy, TON_INTERNATIONAL, NPI_ISDN, DUMMY_MSISDN,
				   sizeof(DUMMY_MSISDN) - 1)
						< 0
				|| deliver_from(
						   tpdu, &tpdu_len, &dummy, part->tpdu, part->tpdu_len)
						   < 0)
			return -1;
		rp.ud = tpdu;
	}
	rp.ud_len = (uint8_t)tpdu_len;
	if(sms_address_set(
			   &rp.oa, TON_INTERNATIONAL, NPI_ISDN, d->rp_oa.s, d->rp_oa.len)
			< 0)
		return -1;
	return rp_encode(out, RP_MAX_OCTETS, len, &rp);
}

static int join(struct mt_body *out, struct span document, size_t rp_len)
{
	size_t cap = document.len + rp_len + AROUND_MAX, len;

	out->memory = pkg_malloc(cap);
	if(!out->memory) {
		PKG_MEM_ERROR;
		return -1;
	}
	if(sms_body_build(out->memory, cap, &len, out->content_type, document,
			   (struct span){(const char *)out->rp, rp_len})
			< 0)
		return -1;
	out->octets = (str){out->memory, (int)len};
	out->has_document = true;
	return 0;
}

/* The hub's own document, octet for octet. */
static int join_given(
		struct mt_body *out, const struct delivery *d, size_t rp_len)
{
	struct mt_again again;
	int rc;

	if(mt_again_read(&again, d) < 0)
		return -1;
	rc = join(out, again.message.document, rp_len);
	mt_again_free(&again);
	return rc;
}

static int join_sender(struct mt_body *out, struct delivery *d, size_t rp_len)
{
	struct short_message_info info = {.from = d->from};
	char document[DOCUMENT_MAX];
	size_t len;

	/* a SIP URI stands there, or nothing */
	if(identity_names_person(delivery_impu(d)))
		info.to = delivery_impu(d);
	if(short_message_info_build(document, sizeof(document), &len, &info) < 0)
		return -1;
	return join(out, (struct span){document, len}, rp_len);
}

int mt_body_make(struct mt_body *out, struct delivery *d,
		const struct delivery_part *part)
{
	enum mt_info info = info_for(mt_context_of(d));
	size_t len;
	int rc = -1;

	out->memory = NULL;
	out->has_document = false;
	if(encode_rp(out->rp, &len, d, part, info == MT_INFO_SENDER) < 0)
		return -1;
	switch(info) {
		case MT_INFO_NONE:
			out->octets = (str){(char *)out->rp, (int)len};
			memcpy(out->content_type, SMS_TYPE, sizeof(SMS_TYPE));
			rc = 0;
			break;
		case MT_INFO_SENDER:
			rc = join_sender(out, d, len);
			break;
		case MT_INFO_GIVEN:
			rc = join_given(out, d, len);
			break;
	}
	if(rc < 0)
		mt_body_free(out);
	return rc;
}

void mt_body_free(struct mt_body *body)
{
	if(body->memory)
		pkg_free(body->memory);
	body->memory = NULL;
}
