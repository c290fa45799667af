/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Questions to the HSS: see question.h.
 */
#include "question.h"

#include <string.h>

#include "../diameter/link.h"
#include "../ims/sh_data.h"

static int set(char *out, size_t cap, struct span text)
{
	if(text.len >= cap)
		return -1;
	memcpy(out, text.s, text.len);
	out[text.len] = '\0';
	return 0;
}

static int set_identity(struct diameter_request *request,
		enum diameter_identity_type type, struct span text)
{
	request->identity_type = (uint8_t)type;
	return set(request->identity, sizeof(request->identity), text);
}

/* The number is what every HSS knows; an IMPU may be one of several that it has forgotten. */
static int identify(struct slot *slot, const struct hss_who *who, bool by_impu)
{
	struct diameter_request *request = &slot->request;
	struct span private = who->impi.len > 0 ? who->impi : who->imsi;

	if(set(request->user_name, sizeof(request->user_name), private) < 0)
		return -1;
	if(who->msisdn.len > 0 && !by_impu)
		return set_identity(request, DIAMETER_MSISDN, who->msisdn);
	return who->impu.len > 0 ? set_identity(request, DIAMETER_IMPU, who->impu)
							 : -1;
}

static void add_reference(struct slot *slot, enum data_reference reference)
{
	slot->request.reference[slot->request.references++] = (uint8_t)reference;
}

int question_update(
		struct slot *slot, const struct hss_who *who, struct span number)
{
	size_t len;
	int rc = number.len > 0 ? sh_data_register((char *)slot->user_data,
					 sizeof(slot->user_data), &len, number)
							: sh_data_deregister((char *)slot->user_data,
									sizeof(slot->user_data), &len);

	if(rc < 0 || identify(slot, who, false) < 0)
		return -1;
	slot->user_data_len = (uint32_t)len;
	add_reference(slot, DATA_SMS_REGISTRATION_INFO);
	return 0;
}

uint64_t question_by_impu(void)
{
	return REFERENCE(DATA_IMS_USER_STATE) | REFERENCE(DATA_S_CSCF_NAME)
		   | REFERENCE(DATA_IMS_PRIVATE_USER_IDENTITY);
}

int question_read(
		struct slot *slot, const struct hss_who *who, uint64_t references)
{
	unsigned reference;

	if(references == 0
			|| identify(slot, who, (references & question_by_impu()) != 0) < 0)
		return -1;
	for(reference = 0; reference < 64; reference++) {
		if(!(references & REFERENCE(reference)))
			continue;
		if(slot->request.references == DIAMETER_REFERENCES_MAX)
			return -1;
		add_reference(slot, (enum data_reference)reference);
	}
	slot->request.has |= REQUEST_FEATURES;
	slot->request.features = SH_NOTIF_EFF;
	return 0;
}

int question_reachability(
		struct slot *slot, const struct hss_who *who, bool subscribe)
{
	if(identify(slot, who, false) < 0)
		return -1;
	add_reference(slot, DATA_UE_REACHABILITY_FOR_IP);
	slot->request.has |=
			REQUEST_ONE_TIME | (subscribe ? 0 : REQUEST_UNSUBSCRIBE);
	return 0;
}

/* S6c knows numbers and IMSIs alone. */
static int identify_s6c(struct slot *slot, const struct hss_who *who)
{
	struct diameter_request *request = &slot->request;

	if(who->msisdn.len == 0 && who->imsi.len == 0)
		return -1;
	if(who->msisdn.len > 0
			&& set_identity(request, DIAMETER_MSISDN, who->msisdn) < 0)
		return -1;
	return set(request->user_name, sizeof(request->user_name), who->imsi);
}

int question_routing(
		struct slot *slot, const struct hss_who *who, struct span sc_address)
{
	struct diameter_request *request = &slot->request;

	if(identify_s6c(slot, who) < 0)
		return -1;
	request->has |= REQUEST_FLAGS;
	request->flags = SRR_GPRS_INDICATOR;
	return set(request->sc_address, sizeof(request->sc_address), sc_address);
}

int question_outcome(struct slot *slot, const struct hss_who *who,
		struct span sc_address, const struct diameter_delivery *delivery)
{
	struct diameter_request *request = &slot->request;

	if(identify_s6c(slot, who) < 0 || sc_address.len == 0)
		return -1;
	request->delivery[DIAMETER_NODE_IP_SM_GW] = *delivery;
	request->delivery[DIAMETER_NODE_IP_SM_GW].set = true;
	return set(request->sc_address, sizeof(request->sc_address), sc_address);
}
