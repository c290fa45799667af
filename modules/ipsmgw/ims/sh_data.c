/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data as the HSS sends it: see sh_data.h. The document is walked once along the rules below; what no rule names is
 * passed over with all that is in it, so an MSISDN in somebody's RepositoryData is no MSISDN of the subscriber.
 */
#include "sh_data.h"

#include <libxml/tree.h>

#include "sh_data_value.h"

/* Where in the document one is; any number of Extension may be in between. */
enum place
{
	NOWHERE,
	AT_SUBSCRIBER, /* Sh-Data and Sh-IMS-Data, which HSSs mix up */
	IN_IDENTITIES,
	IN_REGISTRATION,
	IN_REACHABILITY,
	IN_TADS,
	IN_EPS_LOCATION,
	IN_CS_LOCATION,
	IN_VLR_NUMBER,
	IN_MSC_NUMBER,
};

/* An element with a place in it, or one with a value. */
struct rule
{
	enum place in;
	const char *name;
	unsigned present; /* enum sh_present; 0: of several, or none yet */
	enum place inner;
	sh_take_fn *take;
	size_t member; /* offset in struct sh_data */
};

#define INNER(in, name, present, inner)   \
	{                                     \
		in, name, present, inner, NULL, 0 \
	}
#define VALUE(in, name, present, take, member)                             \
	{                                                                      \
		in, name, present, NOWHERE, take, offsetof(struct sh_data, member) \
	}

static const struct rule rules[] = {
		INNER(AT_SUBSCRIBER, "Sh-IMS-Data", 0, AT_SUBSCRIBER),
		INNER(AT_SUBSCRIBER, "ShIMSData", 0, AT_SUBSCRIBER),

		INNER(AT_SUBSCRIBER, "PublicIdentifiers", 0, IN_IDENTITIES),
		INNER(AT_SUBSCRIBER, "RegisteredIdentities", 0, IN_IDENTITIES),
		INNER(AT_SUBSCRIBER, "ImplicitIdentities", 0, IN_IDENTITIES),
		INNER(AT_SUBSCRIBER, "AllIdentities", 0, IN_IDENTITIES),
		INNER(AT_SUBSCRIBER, "AliasIdentities", 0, IN_IDENTITIES),
		INNER(IN_IDENTITIES, "EnhancedIMSPublicIdentifiers", 0, IN_IDENTITIES),
		INNER(IN_IDENTITIES, "ExtendedMSISDN", 0, IN_IDENTITIES),
		VALUE(IN_IDENTITIES, "IMSPublicIdentity", SH_HAS_IMPU, sh_take_impu,
				impus),
		VALUE(IN_IDENTITIES, "MSISDN", SH_HAS_MSISDN, sh_take_msisdn, msisdns),

		VALUE(AT_SUBSCRIBER, "IMSI", SH_HAS_IMSI, sh_take_imsi, imsi),
		VALUE(AT_SUBSCRIBER, "IMSPrivateUserIdentity", SH_HAS_IMPI,
				sh_take_impi, impis),
		VALUE(AT_SUBSCRIBER, "IMSUserState", SH_HAS_USER_STATE,
				sh_take_user_state, user_state),
		VALUE(AT_SUBSCRIBER, "SCSCFName", SH_HAS_SCSCF, sh_take_sip_uri, scscf),
		VALUE(AT_SUBSCRIBER, "S-CSCFName", SH_HAS_SCSCF, sh_take_sip_uri,
				scscf),

		INNER(AT_SUBSCRIBER, "SMSRegistrationInfo", SH_HAS_SMS_REGISTRATION,
				IN_REGISTRATION),
		VALUE(IN_REGISTRATION, "IP-SM-GW-Number", 0, sh_take_number,
				ip_sm_gw_number),
		VALUE(IN_REGISTRATION, "SCAddress", 0, sh_take_number, sc_address),

		INNER(AT_SUBSCRIBER, "UEReachabilityForIP", SH_HAS_REACHABILITY,
				IN_REACHABILITY),
		VALUE(IN_REACHABILITY, "UEIPReachabilityMME", 0, sh_take_reachable,
				reachable_mme),
		VALUE(IN_REACHABILITY, "UEIPReachabilitySGSN", 0, sh_take_reachable,
				reachable_sgsn),

		INNER(AT_SUBSCRIBER, "TADSinformation", SH_HAS_TADS, IN_TADS),
		VALUE(IN_TADS, "IMSVoiceOverPSSessionSupport", 0, sh_take_voice_over_ps,
				voice_over_ps),
		VALUE(IN_TADS, "RATtype", 0, sh_take_rat_type, rat_type),
		VALUE(IN_TADS, "LastUEActivityTime", 0, sh_take_printable,
				last_ue_activity_time),

		INNER(AT_SUBSCRIBER, "EPSLocationInformation", SH_HAS_LOCATION,
				IN_EPS_LOCATION),
		VALUE(IN_EPS_LOCATION, "MMEName", 0, sh_take_printable, mme_name),
		INNER(AT_SUBSCRIBER, "CSLocationInformation", SH_HAS_LOCATION,
				IN_CS_LOCATION),
		INNER(IN_CS_LOCATION, "VLRNumber", 0, IN_VLR_NUMBER),
		INNER(IN_CS_LOCATION, "MSCNumber", 0, IN_MSC_NUMBER),
		VALUE(IN_VLR_NUMBER, "Address", 0, sh_take_address, vlr_number),
		VALUE(IN_MSC_NUMBER, "Address", 0, sh_take_address, msc_number),
};

#define UE_IP_REACHABILITY "UEIPReachability"

/* That of a node whose name is not known here. */
static const struct rule other_node = VALUE(IN_REACHABILITY, UE_IP_REACHABILITY,
		0, sh_take_reachable, reachable_other);

static const char *local_name(const xmlNode *node)
{
	const char *name = (const char *)node->name;
	const char *colon = strrchr(name, ':'); /* the prefix is not bound */

	return colon ? colon + 1 : name;
}

static const struct rule *rule_of(enum place in, const char *name)
{
	size_t i;

	for(i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if(rules[i].in == in && strcmp(rules[i].name, name) == 0)
			return &rules[i];
	if(in == IN_REACHABILITY
			&& strncmp(name, UE_IP_REACHABILITY, strlen(UE_IP_REACHABILITY))
					   == 0)
		return &other_node;
	return NULL;
}

/* The text of an element without the blanks around it. */
static void take_text(
		struct sh_reader *r, const struct rule *rule, xmlNodePtr node)
{
	xmlChar *content = xmlNodeGetContent(node);
	struct span value = {"", 0};
	enum sh_taken taken = SH_TAKEN;

	if(content)
		value = span_trim((struct span){
				(const char *)content, strlen((const char *)content)});
	if(xmlFirstElementChild(node))
		taken = SH_UNREADABLE;
	else if(value.len > 0)
		taken = rule->take(r, (char *)r->out + rule->member, value);
	r->out->skipped += taken == SH_UNREADABLE;
	r->out->dropped += taken == SH_NO_ROOM;
	xmlFree(content);
}

/* The children of an element; as deep as xmldoc_read() lets a document be. */
static void walk(struct sh_reader *r, xmlNodePtr node, enum place in)
{
	for(node = node->children; node; node = node->next) {
		const struct rule *rule;

		if(node->type != XML_ELEMENT_NODE)
			continue;
		if(strcmp(local_name(node), "Extension") == 0) {
			walk(r, node, in);
			continue;
		}
		rule = rule_of(in, local_name(node));
		if(!rule)
			continue;
		r->out->present |= rule->present;
		if(rule->take)
			take_text(r, rule, node);
		else
			walk(r, node, rule->inner);
	}
}

enum xmldoc_error sh_data_parse(
		struct sh_data *out, char *text, size_t cap, struct span document)
{
	struct sh_reader r = {out, text, cap, 0};
	xmlNodePtr root;
	xmlDocPtr doc;
	enum xmldoc_error error;

	*out = (struct sh_data){.user_state = SH_NOT_STATED,
			.voice_over_ps = SH_NOT_STATED,
			.rat_type = SH_NOT_STATED};
	error = xmldoc_read(&doc, document);
	if(error != XMLDOC_OK)
		return error;
	root = xmlDocGetRootElement(doc);
	if(strcmp(local_name(root), "Sh-Data") == 0)
		walk(&r, root, AT_SUBSCRIBER);
	else
		error = XMLDOC_UNKNOWN;
	xmlFreeDoc(doc);
	return error;
}
