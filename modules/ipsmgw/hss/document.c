/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents of the HSS: see document.h.
 */
#include "document.h"

#include "../ims/identity.h"
#include "../ims/sh_data.h"

void hss_data_clear(struct hss_data *out)
{
	memset(out, 0, sizeof(*out));
	out->user_state = SH_NOT_STATED;
}

/* What does not fit is left out: half an identity is another one. true: there is something. */
static bool take(char *out, size_t cap, struct span text)
{
	if(out[0] == '\0' && text.len < cap && text.len > 0) {
		memcpy(out, text.s, text.len);
		out[text.len] = '\0';
	}
	return out[0] != '\0';
}

static bool take_digits(diameter_digits out, const char *digits)
{
	return take(out, sizeof(diameter_digits),
			(struct span){digits, strlen(digits)});
}

static bool has_impu(const struct hss_data *data, struct span impu)
{
	for(unsigned i = 0; i < data->impus; i++)
		if(identity_same(
				   (struct span){data->impu[i], strlen(data->impu[i])}, impu))
			return true;
	return false;
}

static bool take_impus(struct hss_data *data, const struct sh_data *said)
{
	for(size_t i = 0; i < said->impus_len && data->impus < HSS_IMPUS_MAX; i++) {
		char *out = data->impu[data->impus];

		if(has_impu(data, said->impus[i]))
			continue;
		out[0] = '\0';
		if(take(out, sizeof(diameter_text), said->impus[i]))
			data->impus++;
	}
	return said->impus_len > 0;
}

static bool take_msisdn(struct hss_data *data, const struct sh_data *said)
{
	return said->msisdns_len > 0 && take_digits(data->msisdn, said->msisdns[0]);
}

static bool take_imsi(struct hss_data *data, const struct sh_data *said)
{
	return take_digits(data->imsi, said->imsi);
}

static bool take_impi(struct hss_data *data, const struct sh_data *said)
{
	return said->impis_len > 0
		   && take(data->impi, sizeof(data->impi), said->impis[0]);
}

static bool take_scscf(struct hss_data *data, const struct sh_data *said)
{
	return take(data->scscf, sizeof(data->scscf), said->scscf);
}

static bool take_user_state(struct hss_data *data, const struct sh_data *said)
{
	if(data->user_state == SH_NOT_STATED)
		data->user_state = said->user_state;
	return said->user_state != SH_NOT_STATED;
}

static bool take_registration(struct hss_data *data, const struct sh_data *said)
{
	bool number = take_digits(data->ip_sm_gw_number, said->ip_sm_gw_number);

	return take_digits(data->sc_address, said->sc_address) || number;
}

static bool take_location(struct hss_data *data, const struct sh_data *said)
{
	return take(data->mme_name, sizeof(data->mme_name), said->mme_name);
}

static const struct
{
	enum data_reference reference;
	bool (*take)(struct hss_data *data, const struct sh_data *said);
} rows[] = {
		{DATA_IMS_PUBLIC_IDENTITY, take_impus},
		{DATA_IMS_USER_STATE, take_user_state},
		{DATA_S_CSCF_NAME, take_scscf},
		{DATA_LOCATION_INFORMATION, take_location},
		{DATA_MSISDN, take_msisdn},
		{DATA_SMS_REGISTRATION_INFO, take_registration},
		{DATA_IMSI, take_imsi},
		{DATA_IMS_PRIVATE_USER_IDENTITY, take_impi},
};

enum xmldoc_error hss_data_add(
		struct hss_data *data, uint64_t asked, struct span document)
{
	/* too large for a stack */
	static char text[SH_DATA_TEXT];
	static struct sh_data said;
	enum xmldoc_error error =
			sh_data_parse(&said, text, sizeof(text), document);

	if(error != XMLDOC_OK)
		return error;
	data->answered |= asked;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if(rows[i].take(data, &said))
			data->answered |= REFERENCE(rows[i].reference);
	return XMLDOC_OK;
}
