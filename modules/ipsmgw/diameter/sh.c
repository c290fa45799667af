/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh: see sh.h. The order of AVPs is that of the commands' grammar.
 */
#include "sh.h"

#include <errno.h>
#include <string.h>

#define TGPP VENDOR_3GPP
#define FEATURE_LIST_1 1

/* --- requests ----------------------------------------------------------------- */

static void missing(struct avp_writer *w)
{
	if(!w->error)
		w->error = EINVAL;
}

static void write_features(
		struct avp_writer *w, const struct diameter_request *request)
{
	struct avp_writer group;

	if(!(request->has & REQUEST_FEATURES))
		return;
	write_group(&group, w, TGPP, AVP_SUPPORTED_FEATURES);
	write_u32(&group, VENDOR_IETF, AVP_VENDOR_ID, TGPP);
	write_u32(&group, TGPP, AVP_FEATURE_LIST_ID, FEATURE_LIST_1);
	write_u32(&group, TGPP, AVP_FEATURE_LIST, request->features);
	write_group_end(&group, w);
}

static void write_identity(
		struct avp_writer *w, const struct diameter_request *request)
{
	struct avp_writer group;

	if(!request->identity[0]) {
		missing(w);
		return;
	}
	write_group(&group, w, TGPP, AVP_USER_IDENTITY);
	switch(request->identity_type) {
		case DIAMETER_IMPU:
			write_text(&group, TGPP, AVP_PUBLIC_IDENTITY, request->identity);
			break;
		case DIAMETER_MSISDN:
			write_digits(&group, TGPP, AVP_MSISDN, request->identity);
			break;
		case DIAMETER_EXTERNAL_IDENTIFIER:
			write_text(
					&group, TGPP, AVP_EXTERNAL_IDENTIFIER, request->identity);
			break;
		default:
			missing(&group);
	}
	write_group_end(&group, w);
}

static void write_references(
		struct avp_writer *w, const struct diameter_request *request)
{
	if(request->references == 0
			|| request->references > DIAMETER_REFERENCES_MAX)
		missing(w);
	for(unsigned i = 0; !w->error && i < request->references; i++)
		write_u32(w, TGPP, AVP_DATA_REFERENCE, request->reference[i]);
}

static void write_if(struct avp_writer *w,
		const struct diameter_request *request, uint32_t bit, uint32_t code,
		uint32_t value)
{
	if(request->has & bit)
		write_u32(w, TGPP, code, value);
}

void sh_write_pur(struct avp_writer *w, const struct slot *slot)
{
	const struct diameter_request *request = &slot->request;

	write_features(w, request);
	write_identity(w, request);
	write_text(w, VENDOR_IETF, AVP_USER_NAME, request->user_name);
	write_references(w, request);
	if(slot->user_data_len == 0 || slot->user_data_len > DIAMETER_USER_DATA_MAX)
		missing(w);
	else
		write_octets(
				w, TGPP, AVP_USER_DATA, slot->user_data, slot->user_data_len);
}

void sh_write_udr(struct avp_writer *w, const struct slot *slot)
{
	const struct diameter_request *request = &slot->request;

	write_features(w, request);
	write_identity(w, request);
	write_text(w, TGPP, AVP_SERVER_NAME, request->server_name);
	write_references(w, request);
	write_if(w, request, REQUEST_IDENTITY_SET, AVP_IDENTITY_SET,
			request->identity_set);
	write_if(w, request, REQUEST_REQUESTED_DOMAIN, AVP_REQUESTED_DOMAIN,
			request->requested_domain);
	write_text(w, VENDOR_IETF, AVP_USER_NAME, request->user_name);
	write_if(w, request, REQUEST_REQUESTED_NODES, AVP_REQUESTED_NODES,
			request->requested_nodes);
	write_if(w, request, REQUEST_EPS_LOCATION, AVP_UDR_FLAGS, 1);
}

void sh_write_snr(struct avp_writer *w, const struct slot *slot)
{
	const struct diameter_request *request = &slot->request;

	write_features(w, request);
	write_identity(w, request);
	write_if(w, request, REQUEST_SEND_DATA, AVP_SEND_DATA_INDICATION,
			USER_DATA_REQUESTED);
	write_text(w, TGPP, AVP_SERVER_NAME, request->server_name);
	write_u32(w, TGPP, AVP_SUBS_REQ_TYPE,
			request->has & REQUEST_UNSUBSCRIBE ? SUBS_REQ_UNSUBSCRIBE
											   : SUBS_REQ_SUBSCRIBE);
	write_references(w, request);
	write_if(w, request, REQUEST_IDENTITY_SET, AVP_IDENTITY_SET,
			request->identity_set);
	if(request->has & REQUEST_EXPIRY_TIME)
		write_time(w, TGPP, AVP_EXPIRY_TIME, request->expiry_time);
	write_if(w, request, REQUEST_ONE_TIME, AVP_ONE_TIME_NOTIFICATION,
			ONE_TIME_NOTIFICATION_REQUESTED);
	write_text(w, VENDOR_IETF, AVP_USER_NAME, request->user_name);
}

/* --- what is read --------------------------------------------------------------- */

static void read_user_data(void *into, struct avp *avp)
{
	struct slot *slot = into;
	size_t len = 0;
	const uint8_t *data = read_octets(&len, avp);

	if(!data || slot->user_data_len > 0)
		return;
	if(len > DIAMETER_USER_DATA_MAX) {
		slot->answer.has |= ANSWER_USER_DATA_CUT;
		return;
	}
	memcpy(slot->user_data, data, len);
	slot->user_data_len = (uint32_t)len;
}

struct features
{
	uint32_t list;
	uint32_t bits;
};

static const struct field supported_features[] = {
		FIELD(U32, TGPP, AVP_FEATURE_LIST_ID, offsetof(struct features, list)),
		FIELD(U32, TGPP, AVP_FEATURE_LIST, offsetof(struct features, bits)),
		FIELDS_END,
};

static void read_features(void *into, struct avp *avp)
{
	struct slot *slot = into;
	struct features read = {0, 0};

	read_fields(&read, avp, supported_features);
	if(read.list != FEATURE_LIST_1)
		return;
	slot->answer.features = read.bits;
	slot->answer.has |= ANSWER_FEATURES;
}

const struct field sh_answer_fields[] = {
		FIELD_BY(TGPP, AVP_SUPPORTED_FEATURES, read_features),
		FIELD_BY(TGPP, AVP_USER_DATA, read_user_data),
		FIELD_BIT(TIME, TGPP, AVP_EXPIRY_TIME,
				offsetof(struct slot, answer.expiry_time),
				offsetof(struct slot, answer.has), ANSWER_EXPIRY_TIME),
		FIELDS_END,
};

#define IDENTITY offsetof(struct slot, request.identity)

static const struct field public_identity[] = {
		FIELD(TEXT, TGPP, AVP_PUBLIC_IDENTITY, IDENTITY),
		FIELDS_END,
};

static const struct field msisdn[] = {
		FIELD(DIGITS, TGPP, AVP_MSISDN, IDENTITY),
		FIELDS_END,
};

static const struct field external_identifier[] = {
		FIELD(TEXT, TGPP, AVP_EXTERNAL_IDENTIFIER, IDENTITY),
		FIELDS_END,
};

/* Exactly one of them is there; of more the first of this order counts. */
static void read_user_identity(void *into, struct avp *avp)
{
	static const struct
	{
		enum diameter_identity_type type;
		const struct field *fields;
	} kinds[] = {{DIAMETER_IMPU, public_identity}, {DIAMETER_MSISDN, msisdn},
			{DIAMETER_EXTERNAL_IDENTIFIER, external_identifier}};
	struct slot *slot = into;

	for(size_t i = 0;
			i < sizeof(kinds) / sizeof(kinds[0]) && !slot->request.identity[0];
			i++) {
		read_fields(slot, avp, kinds[i].fields);
		if(slot->request.identity[0])
			slot->request.identity_type = (uint8_t)kinds[i].type;
	}
}

const struct field sh_pnr_fields[] = {
		FIELD_BY(TGPP, AVP_USER_IDENTITY, read_user_identity),
		FIELD(TEXT, VENDOR_IETF, AVP_USER_NAME,
				offsetof(struct slot, request.user_name)),
		FIELD_BY(TGPP, AVP_USER_DATA, read_user_data),
		FIELDS_END,
};

/* Not USER_UNKNOWN for an identity that cannot be read: the HSS would drop all subscriptions of that user. */
uint32_t sh_check_pnr(uint32_t *vendor, const struct slot *slot)
{
	if(!slot->request.identity[0])
		return DIAMETER_INVALID_AVP_VALUE;
	*vendor = VENDOR_3GPP;
	if(slot->answer.has & ANSWER_USER_DATA_CUT)
		return DIAMETER_ERROR_TOO_MUCH_DATA;
	return slot->user_data_len > 0 ? 0
								   : DIAMETER_ERROR_USER_DATA_NOT_RECOGNIZED;
}
