/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * S6c: see s6c.h. The order of AVPs is that of the commands' grammar. SRR has MSISDN and User-Name at its top, RDR has them in
 * User-Identifier.
 */
#include "s6c.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define TGPP VENDOR_3GPP

/* --- requests ----------------------------------------------------------------- */

static void missing(struct avp_writer *w)
{
	if(!w->error)
		w->error = EINVAL;
}

static bool has_user(const struct diameter_request *request)
{
	return request->user_name[0]
		   || (request->identity[0]
				   && (request->identity_type == DIAMETER_MSISDN
						   || request->identity_type
									  == DIAMETER_EXTERNAL_IDENTIFIER));
}

static const char *msisdn_of(const struct diameter_request *request)
{
	return request->identity_type == DIAMETER_MSISDN ? request->identity : "";
}

void s6c_write_srr(struct avp_writer *w, const struct slot *slot)
{
	const struct diameter_request *request = &slot->request;

	if(!request->user_name[0] && !*msisdn_of(request))
		missing(w);
	write_digits(w, TGPP, AVP_MSISDN, msisdn_of(request));
	write_text(w, VENDOR_IETF, AVP_USER_NAME, request->user_name);
	write_digits(w, TGPP, AVP_SC_ADDRESS, request->sc_address);
	if(request->has & REQUEST_SM_RP_MTI)
		write_u32(w, TGPP, AVP_SM_RP_MTI, request->sm_rp_mti);
	if(request->has & REQUEST_FLAGS)
		write_u32(w, TGPP, AVP_SRR_FLAGS, request->flags);
	if(request->has & REQUEST_IMSI_ONLY)
		write_u32(w, TGPP, AVP_SM_DELIVERY_NOT_INTENDED, ONLY_IMSI_REQUESTED);
}

static void write_user_identifier(
		struct avp_writer *w, const struct diameter_request *request)
{
	struct avp_writer group;

	if(!has_user(request)) {
		missing(w);
		return;
	}
	write_group(&group, w, TGPP, AVP_USER_IDENTIFIER);
	write_text(&group, VENDOR_IETF, AVP_USER_NAME, request->user_name);
	write_digits(&group, TGPP, AVP_MSISDN, msisdn_of(request));
	if(request->identity_type == DIAMETER_EXTERNAL_IDENTIFIER)
		write_text(&group, TGPP, AVP_EXTERNAL_IDENTIFIER, request->identity);
	write_group_end(&group, w);
}

static void write_delivery(struct avp_writer *w, uint32_t code,
		const struct diameter_delivery *delivery)
{
	struct avp_writer group;

	write_group(&group, w, TGPP, code);
	write_u32(&group, TGPP, AVP_SM_DELIVERY_CAUSE, delivery->cause);
	if(delivery->has_diagnostic)
		write_u32(&group, TGPP, AVP_ABSENT_USER_DIAGNOSTIC_SM,
				delivery->diagnostic);
	write_group_end(&group, w);
}

static void write_deliveries(
		struct avp_writer *w, const struct diameter_request *request)
{
	static const struct
	{
		enum diameter_node_type type;
		uint32_t code;
	} order[] = {{DIAMETER_NODE_MME, AVP_MME_SM_DELIVERY_OUTCOME},
			{DIAMETER_NODE_MSC, AVP_MSC_SM_DELIVERY_OUTCOME},
			{DIAMETER_NODE_SGSN, AVP_SGSN_SM_DELIVERY_OUTCOME},
			{DIAMETER_NODE_IP_SM_GW, AVP_IP_SM_GW_SM_DELIVERY_OUTCOME},
			{DIAMETER_NODE_SMSF_3GPP, AVP_SMSF_3GPP_SM_DELIVERY_OUTCOME},
			{DIAMETER_NODE_SMSF_NON_3GPP,
					AVP_SMSF_NON_3GPP_SM_DELIVERY_OUTCOME}};
	struct avp_writer group;
	bool any = false;

	write_group(&group, w, TGPP, AVP_SM_DELIVERY_OUTCOME);
	for(size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if(request->delivery[order[i].type].set) {
			write_delivery(
					&group, order[i].code, &request->delivery[order[i].type]);
			any = true;
		}
	write_group_end(&group, w);
	if(!any)
		missing(w);
}

void s6c_write_rdr(struct avp_writer *w, const struct slot *slot)
{
	const struct diameter_request *request = &slot->request;

	write_user_identifier(w, request);
	if(!request->sc_address[0])
		missing(w);
	write_digits(w, TGPP, AVP_SC_ADDRESS, request->sc_address);
	write_deliveries(w, request);
	if(request->has & REQUEST_FLAGS)
		write_u32(w, TGPP, AVP_RDR_FLAGS, request->flags);
}

/* --- serving nodes -------------------------------------------------------------- */

#define NODE(kind, member)                               \
	(DIAMETER_NODE_##kind * sizeof(struct diameter_node) \
			+ offsetof(struct diameter_node, member))

static const struct field serving_node_fields[] = {
		FIELD(TEXT, TGPP, AVP_SGSN_NAME, NODE(SGSN, name)),
		FIELD(TEXT, TGPP, AVP_SGSN_REALM, NODE(SGSN, realm)),
		FIELD(DIGITS, TGPP, AVP_SGSN_NUMBER, NODE(SGSN, number)),
		FIELD(TEXT, TGPP, AVP_MME_NAME, NODE(MME, name)),
		FIELD(TEXT, TGPP, AVP_MME_REALM, NODE(MME, realm)),
		FIELD(DIGITS, TGPP, AVP_MME_NUMBER_FOR_MT_SMS, NODE(MME, number)),
		FIELD(DIGITS, TGPP, AVP_MSC_NUMBER, NODE(MSC, number)),
		FIELD(TEXT, TGPP, AVP_IP_SM_GW_NAME, NODE(IP_SM_GW, name)),
		FIELD(TEXT, TGPP, AVP_IP_SM_GW_REALM, NODE(IP_SM_GW, realm)),
		FIELD(DIGITS, TGPP, AVP_IP_SM_GW_NUMBER, NODE(IP_SM_GW, number)),
		FIELD(TEXT, TGPP, AVP_SMSF_3GPP_NAME, NODE(SMSF_3GPP, name)),
		FIELD(TEXT, TGPP, AVP_SMSF_3GPP_REALM, NODE(SMSF_3GPP, realm)),
		FIELD(DIGITS, TGPP, AVP_SMSF_3GPP_NUMBER, NODE(SMSF_3GPP, number)),
		FIELD(TEXT, TGPP, AVP_SMSF_NON_3GPP_NAME, NODE(SMSF_NON_3GPP, name)),
		FIELD(TEXT, TGPP, AVP_SMSF_NON_3GPP_REALM, NODE(SMSF_NON_3GPP, realm)),
		FIELD(DIGITS, TGPP, AVP_SMSF_NON_3GPP_NUMBER,
				NODE(SMSF_NON_3GPP, number)),
		FIELDS_END,
};

/* One AVP may name several nodes, as an MSC with the MME that it serves. */
static void read_nodes(struct slot *slot, struct avp *avp, bool additional)
{
	struct diameter_node by_type[DIAMETER_NODE_TYPES];

	memset(by_type, 0, sizeof(by_type));
	read_fields(by_type, avp, serving_node_fields);
	for(int type = 0; type < DIAMETER_NODE_TYPES; type++) {
		struct diameter_node *node = &by_type[type];

		if((!node->number[0] && !node->name[0])
				|| slot->answer.nodes == DIAMETER_NODES_MAX)
			continue;
		node->type = (uint8_t)type;
		node->additional = additional;
		slot->node[slot->answer.nodes++] = *node;
	}
}

static void read_node(void *into, struct avp *avp)
{
	read_nodes(into, avp, false);
}

static void read_additional_node(void *into, struct avp *avp)
{
	read_nodes(into, avp, true);
}

/* --- answers ---------------------------------------------------------------------- */

#define ANSWER(member) offsetof(struct slot, answer.member)
#define ABSENT(kind, number)                                          \
	FIELD_BIT(U32, TGPP, number,                                      \
			ANSWER(absent) + DIAMETER_NODE_##kind * sizeof(uint32_t), \
			ANSWER(absent_set), 1 << DIAMETER_NODE_##kind)

static const struct field user_identifier_fields[] = {
		FIELD(TEXT, VENDOR_IETF, AVP_USER_NAME, ANSWER(user_name)),
		FIELD(DIGITS, TGPP, AVP_MSISDN, ANSWER(msisdn)),
		FIELDS_END,
};

const struct field s6c_answer_fields[] = {
		FIELD(TEXT, VENDOR_IETF, AVP_USER_NAME, ANSWER(user_name)),
		FIELD_OF(TGPP, AVP_USER_IDENTIFIER, user_identifier_fields),
		FIELD_BY(TGPP, AVP_SERVING_NODE, read_node),
		FIELD_BY(TGPP, AVP_ADDITIONAL_SERVING_NODE, read_additional_node),
		FIELD_BY(TGPP, AVP_SMSF_3GPP_ADDRESS, read_node),
		FIELD_BY(TGPP, AVP_SMSF_NON_3GPP_ADDRESS, read_node),
		FIELD_BIT(U32, TGPP, AVP_MWD_STATUS, ANSWER(mwd_status), ANSWER(has),
				ANSWER_MWD_STATUS),
		ABSENT(MME, AVP_MME_ABSENT_USER_DIAGNOSTIC_SM),
		ABSENT(MSC, AVP_MSC_ABSENT_USER_DIAGNOSTIC_SM),
		ABSENT(SGSN, AVP_SGSN_ABSENT_USER_DIAGNOSTIC_SM),
		ABSENT(SMSF_3GPP, AVP_SMSF_3GPP_ABSENT_USER_DIAGNOSTIC_SM),
		ABSENT(SMSF_NON_3GPP, AVP_SMSF_NON_3GPP_ABSENT_USER_DIAGNOSTIC_SM),
		FIELDS_END,
};
