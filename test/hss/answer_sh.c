/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh (TS 29.328 6.1): what the HSS of the tests answers to User-Data-, Profile-Update- and Subscribe-Notifications-Request.
 */
#include "answer.h"
#include "sh_xml.h"

/* more than any document for Data-Reference 24 has */
#define USER_DATA_MAX 4096
/* what this HSS supports of Feature-List 1 */
#define FEATURES SH_NOTIF_EFF

#define BIT(reference) ((uint64_t)1 << (reference))
#define ANY_KEY (BY_IMPU | BY_MSISDN | BY_EXTERNAL)

enum operation
{
	READ = 1 << 0,
	WRITE = 1 << 1,
	NOTIFY = 1 << 2,
};

/* TS 29.328 table 7.6.1: keys and operations of the data that this HSS has */
static const struct
{
	enum data_reference reference;
	int keys;
	int operations;
} references[] = {
		{DATA_IMS_PUBLIC_IDENTITY, ANY_KEY, READ | NOTIFY},
		{DATA_IMS_USER_STATE, BY_IMPU, READ | NOTIFY},
		{DATA_S_CSCF_NAME, BY_IMPU, READ | NOTIFY},
		{DATA_LOCATION_INFORMATION, ANY_KEY, READ},
		{DATA_MSISDN, ANY_KEY, READ},
		{DATA_SMS_REGISTRATION_INFO, ANY_KEY, READ | WRITE},
		{DATA_UE_REACHABILITY_FOR_IP, ANY_KEY, NOTIFY},
		{DATA_T_ADS_INFORMATION, BY_IMPU | BY_MSISDN, READ},
		{DATA_IMSI, ANY_KEY, READ},
		{DATA_IMS_PRIVATE_USER_IDENTITY, BY_IMPU, READ | NOTIFY},
};

struct sh_request
{
	struct subscriber *subscriber;
	int key; /* by which identity he was found */
	uint64_t references;
	unsigned reference_count;
	bool offers_features; /* any, and so the answer does, too */
	uint32_t features;
};

/* The result when somebody may not do this to some data. */
static enum diameter_experimental refusal(enum operation operation)
{
	switch(operation) {
		case READ:
			return DIAMETER_ERROR_USER_DATA_CANNOT_BE_READ;
		case WRITE:
			return DIAMETER_ERROR_USER_DATA_CANNOT_BE_MODIFIED;
		default:
			return DIAMETER_ERROR_USER_DATA_CANNOT_BE_NOTIFIED;
	}
}

static int add_features(struct msg *msg)
{
	struct avp *group = NULL;
	int error = avp_add_group(&group, msg, VENDOR_3GPP, AVP_SUPPORTED_FEATURES);

	if(!error)
		error = avp_add_u32(group, VENDOR_IETF, AVP_VENDOR_ID, VENDOR_3GPP);
	if(!error)
		error = avp_add_u32(group, VENDOR_3GPP, AVP_FEATURE_LIST_ID, 1);
	return error ? error
				 : avp_add_u32(group, VENDOR_3GPP, AVP_FEATURE_LIST, FEATURES);
}

/* Supported-Features of the request. false: one that is demanded (M bit) is not ours. */
static bool read_features(struct sh_request *out, struct msg *request)
{
	struct avp *group = avp_first(request, VENDOR_3GPP, AVP_SUPPORTED_FEATURES);
	bool fine = true;

	if(data_manner()->featureless)
		return true;
	for(; group; group = avp_next(group, VENDOR_3GPP, AVP_SUPPORTED_FEATURES)) {
		const union avp_value *list =
				avp_value(group, VENDOR_3GPP, AVP_FEATURE_LIST);
		struct avp_hdr *header;

		out->offers_features = true;
		if(!list)
			continue;
		out->features |= list->u32;
		if(fd_msg_avp_hdr(group, &header) == 0
				&& header->avp_flags & AVP_FLAG_MANDATORY)
			fine = fine && (list->u32 & ~(uint32_t)FEATURES) == 0;
	}
	return fine;
}

/* The subscriber of User-Identity. How many identities there were. */
static unsigned find_subscriber(struct sh_request *out, struct msg *request)
{
	struct avp *group = avp_first(request, VENDOR_3GPP, AVP_USER_IDENTITY);
	char identity[IDENTITY_MAX], number[DIGITS_MAX];
	unsigned count = 0;

	if(!group)
		return 0;
	if(avp_text(identity, sizeof(identity), group, VENDOR_3GPP,
			   AVP_PUBLIC_IDENTITY)) {
		out->key = BY_IMPU;
		out->subscriber = data_find(BY_IMPU, identity);
		count++;
	}
	if(avp_number(number, group, VENDOR_3GPP, AVP_MSISDN)) {
		out->key = BY_MSISDN;
		out->subscriber = data_find(BY_MSISDN, number);
		count++;
	}
	if(avp_text(identity, sizeof(identity), group, VENDOR_3GPP,
			   AVP_EXTERNAL_IDENTIFIER)) {
		out->key = BY_EXTERNAL;
		out->subscriber = data_find(BY_EXTERNAL, identity);
		count++;
	}
	return count;
}

/* User-Name, where there is one, is the subscriber's private identity or IMSI. */
static bool user_name_fits(const struct subscriber *s, struct msg *request)
{
	char name[IDENTITY_MAX];

	if(!avp_first(request, VENDOR_IETF, AVP_USER_NAME))
		return true;
	return avp_text(name, sizeof(name), request, VENDOR_IETF, AVP_USER_NAME)
		   && (strcmp(name, s->impi) == 0 || strcmp(name, s->imsi) == 0);
}

/* 0, or the experimental result for one Data-Reference. */
static int check_reference(
		uint32_t reference, int key, enum operation operation)
{
	for(size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		if(references[i].reference != (enum data_reference)reference)
			continue;
		if(!(references[i].operations & operation)
				|| data_manner()->refused & BIT(reference))
			return refusal(operation);
		return references[i].keys & key ? 0
										: DIAMETER_ERROR_OPERATION_NOT_ALLOWED;
	}
	return refusal(operation);
}

static int read_references(
		struct sh_request *out, struct msg *request, enum operation operation)
{
	struct avp *avp = avp_first(request, VENDOR_3GPP, AVP_DATA_REFERENCE);

	for(; avp; avp = avp_next(avp, VENDOR_3GPP, AVP_DATA_REFERENCE)) {
		const union avp_value *value = avp_value_of(avp);
		uint32_t reference = value ? value->u32 : UINT32_MAX;
		int code = check_reference(reference, out->key, operation);

		if(code)
			return code;
		out->references |= BIT(reference);
		out->reference_count++;
	}
	return 0;
}

/* What the three requests have in common. true: go on; else the result is said. Under the lock of the data. */
static bool begin(
		struct sh_request *out, struct reply *reply, enum operation operation)
{
	char host[IDENTITY_MAX];
	unsigned identities;
	int code = 0;

	memset(out, 0, sizeof(*out));
	origin_of(host, reply->request, AVP_ORIGIN_HOST);
	if(!read_features(out, reply->request)) {
		add_features(reply->answer);
		reply_experimental(reply, DIAMETER_ERROR_FEATURE_UNSUPPORTED);
		return false;
	}
	identities = find_subscriber(out, reply->request);
	if(identities != 1) {
		reply_result(reply,
				identities ? DIAMETER_AVP_NOT_ALLOWED : DIAMETER_MISSING_AVP);
		return false;
	}
	if(!out->subscriber)
		code = DIAMETER_ERROR_USER_UNKNOWN;
	else if(!user_name_fits(out->subscriber, reply->request))
		code = DIAMETER_ERROR_IDENTITIES_DONT_MATCH;
	else if(data_denied(host))
		code = refusal(operation);
	else
		code = read_references(out, reply->request, operation);
	if(code) {
		reply_experimental(reply, code);
		return false;
	}
	if(out->reference_count > 1 && !(out->features & SH_NOTIF_EFF)) {
		reply_result(reply, DIAMETER_AVP_OCCURS_TOO_MANY_TIMES);
		return false;
	}
	return true;
}

static int optional_value(struct msg *msg, uint32_t code)
{
	const union avp_value *value = avp_value(msg, VENDOR_3GPP, code);

	return value ? value->i32 : -1;
}

static int add_user_data(struct reply *reply, const struct sh_request *request)
{
	struct sh_wish wish = {
			.references = request->references,
			.empty_elements = request->features & SH_NOTIF_EFF,
			.identity_set = optional_value(reply->request, AVP_IDENTITY_SET),
			.domain = optional_value(reply->request, AVP_REQUESTED_DOMAIN),
	};
	long len;
	char *document = data_manner()->pyhss
							 ? sh_write_pyhss(&len, request->subscriber)
							 : sh_write(&len, request->subscriber, wish);
	int error = 0;

	if(len < 0)
		return ENOMEM;
	if(document)
		error = avp_add_octets(reply->answer, VENDOR_3GPP, AVP_USER_DATA,
				document, (size_t)len);
	free(document);
	return error;
}

int answer_udr(struct reply *reply)
{
	struct sh_request request;
	int error = 0;

	data_lock();
	if(begin(&request, reply, READ)) {
		if(request.offers_features)
			error = add_features(reply->answer);
		if(!error)
			error = add_user_data(reply, &request);
	}
	data_unlock();
	return error;
}

/* TS 29.328 6.1.2.1 step 4b: the number from the document, the identity from the request itself. */
static void store_registration(
		struct subscriber *s, const char *number, struct msg *request)
{
	if(s->gw_fixed)
		return;
	snprintf(s->gw_number, sizeof(s->gw_number), "%s", number);
	s->gw_host[0] = s->gw_realm[0] = '\0';
	if(!number[0])
		return;
	origin_of(s->gw_host, request, AVP_ORIGIN_HOST);
	origin_of(s->gw_realm, request, AVP_ORIGIN_REALM);
}

int answer_pur(struct reply *reply)
{
	struct sh_request request;
	const union avp_value *data =
			avp_value(reply->request, VENDOR_3GPP, AVP_USER_DATA);
	char number[DIGITS_MAX];
	int error = 0;

	data_lock();
	if(!begin(&request, reply, WRITE))
		goto out;
	if(request.offers_features)
		error = add_features(reply->answer);
	if(!data)
		reply_result(reply, DIAMETER_MISSING_AVP);
	else if(data->os.len > USER_DATA_MAX)
		reply_experimental(reply, DIAMETER_ERROR_TOO_MUCH_DATA);
	else if(sh_read_registration(number, data->os.data, data->os.len))
		reply_experimental(reply, DIAMETER_ERROR_USER_DATA_NOT_RECOGNIZED);
	else
		store_registration(request.subscriber, number, reply->request);
out:
	data_unlock();
	return error;
}

static struct subscription *find_subscription(
		struct subscriber *s, const char *host, uint32_t reference)
{
	for(size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *subscription = &s->subscriptions[i];

		if(*host == '\0' ? subscription->host[0] == '\0'
						 : strcmp(subscription->host, host) == 0
								   && subscription->reference == reference)
			return subscription;
	}
	return NULL;
}

/* 0, or ENOSPC: no more places. */
static int change_subscription(struct subscriber *s, uint32_t reference,
		struct msg *request, time_t expiry)
{
	bool subscribe =
			optional_value(request, AVP_SUBS_REQ_TYPE) == SUBS_REQ_SUBSCRIBE;
	struct subscription *place;
	char host[IDENTITY_MAX];

	origin_of(host, request, AVP_ORIGIN_HOST);
	place = find_subscription(s, host, reference);
	if(!subscribe) {
		if(place)
			memset(place, 0, sizeof(*place));
		return 0;
	}
	if(!place)
		place = find_subscription(s, "", 0);
	if(!place)
		return ENOSPC;
	memcpy(place->host, host, sizeof(place->host));
	origin_of(place->realm, request, AVP_ORIGIN_REALM);
	place->reference = reference;
	place->once = avp_first(request, VENDOR_3GPP, AVP_ONE_TIME_NOTIFICATION);
	place->expiry = expiry;
	return 0;
}

/* seconds from 1900 to 1970, as Time has it (RFC 6733 4.3.1) */
#define NTP_EPOCH 2208988800u

static time_t read_time(const union avp_value *value)
{
	uint32_t seconds = 0;

	if(!value || value->os.len != 4)
		return 0;
	for(size_t i = 0; i < 4; i++)
		seconds = seconds << 8 | value->os.data[i];
	return (time_t)(seconds - NTP_EPOCH);
}

static int subscribe(struct reply *reply, const struct sh_request *request)
{
	const union avp_value *expiry =
			avp_value(reply->request, VENDOR_3GPP, AVP_EXPIRY_TIME);
	int error = 0;

	for(uint32_t reference = 0; reference < 64 && !error; reference++)
		if(request->references & BIT(reference))
			error = change_subscription(request->subscriber, reference,
					reply->request, read_time(expiry));
	if(!error && expiry)
		error = avp_add_octets(reply->answer, VENDOR_3GPP, AVP_EXPIRY_TIME,
				expiry->os.data, expiry->os.len);
	return error;
}

int answer_snr(struct reply *reply)
{
	bool once =
			avp_first(reply->request, VENDOR_3GPP, AVP_ONE_TIME_NOTIFICATION);
	struct sh_request request;
	int error = 0;

	data_lock();
	if(!begin(&request, reply, NOTIFY))
		goto out;
	/* always with reachability, and with nothing else */
	if(once != (request.references == BIT(DATA_UE_REACHABILITY_FOR_IP))) {
		reply_result(
				reply, once ? DIAMETER_AVP_NOT_ALLOWED : DIAMETER_MISSING_AVP);
		goto out;
	}
	if(request.offers_features)
		error = add_features(reply->answer);
	if(!error)
		error = subscribe(reply, &request);
	if(!error
			&& optional_value(reply->request, AVP_SEND_DATA_INDICATION)
					   == USER_DATA_REQUESTED)
		error = add_user_data(reply, &request);
out:
	data_unlock();
	return error;
}
