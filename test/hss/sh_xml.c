/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data: see sh_xml.h.
 *
 * New elements of the standard went into Extension elements, one inside the other, a level each release. How deep each
 * stands is in the tables.
 */
#include "sh_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#define BIT(reference) ((uint64_t)1 << (reference))

/* no element in Sh-IMS-Data or Sh-Data lies deeper */
#define DEPTH_MAX 5

struct document
{
	FILE *out;
	const struct subscriber *subscriber;
	struct sh_wish wish;
	unsigned written; /* elements with something in them, or empty by wish */
};

static void escape(FILE *out, const char *text)
{
	for(; *text; text++)
		switch(*text) {
			case '<':
				fputs("&lt;", out);
				break;
			case '&':
				fputs("&amp;", out);
				break;
			default:
				fputc(*text, out);
		}
}

static void raw_element(FILE *out, const char *name, const char *text)
{
	fprintf(out, "<%s>", name);
	escape(out, text);
	fprintf(out, "</%s>", name);
}

/* An element of the standard's data; without text only by wish. */
static void element(struct document *d, const char *name, const char *text)
{
	if(text[0] == '\0' && !d->wish.empty_elements)
		return;
	raw_element(d->out, name, text);
	d->written++;
}

static bool wants(const struct document *d, enum data_reference reference)
{
	return d->wish.references & BIT(reference);
}

static void impus(struct document *d)
{
	for(size_t i = 0; i < IMPUS_MAX; i++)
		if(d->subscriber->impus[i][0])
			element(d, "IMSPublicIdentity", d->subscriber->impus[i]);
}

static void public_identifiers(struct document *d)
{
	bool plain = wants(d, DATA_IMS_PUBLIC_IDENTITY) && d->wish.identity_set < 0;

	if(!plain && !wants(d, DATA_MSISDN))
		return;
	fputs("<PublicIdentifiers>", d->out);
	if(plain)
		impus(d);
	if(wants(d, DATA_MSISDN))
		element(d, "MSISDN", d->subscriber->msisdn);
	fputs("</PublicIdentifiers>", d->out);
}

static void sms_registration(struct document *d)
{
	const struct subscriber *s = d->subscriber;

	if(!s->gw_number[0] && !s->sc_address[0] && !d->wish.empty_elements)
		return;
	fputs("<SMSRegistrationInfo>", d->out);
	/* the schema has this one always */
	raw_element(d->out, "IP-SM-GW-Number", s->gw_number);
	d->written++;
	if(s->sc_address[0]) {
		fputs("<Extension>", d->out);
		element(d, "SCAddress", s->sc_address);
		fputs("</Extension>", d->out);
	}
	fputs("</SMSRegistrationInfo>", d->out);
}

static void reachability(struct document *d)
{
	fputs("<UEReachabilityForIP>", d->out);
	element(d, "UEIPReachabilityMME", "0");
	fputs("</UEReachabilityForIP>", d->out);
}

static void open_extensions(FILE *out, int depth)
{
	while(depth-- > 0)
		fputs("<Extension>", out);
}

static void close_extensions(FILE *out, int depth)
{
	while(depth-- > 0)
		fputs("</Extension>", out);
}

static void ims_data(struct document *d)
{
	bool extended = wants(d, DATA_SMS_REGISTRATION_INFO)
					|| wants(d, DATA_UE_REACHABILITY_FOR_IP);

	if(!extended && !wants(d, DATA_S_CSCF_NAME)
			&& !wants(d, DATA_IMS_USER_STATE))
		return;
	fputs("<Sh-IMS-Data>", d->out);
	if(wants(d, DATA_S_CSCF_NAME))
		element(d, "SCSCFName", d->subscriber->scscf);
	if(wants(d, DATA_IMS_USER_STATE))
		element(d, "IMSUserState", d->subscriber->state);
	if(extended) {
		open_extensions(d->out, 3);
		if(wants(d, DATA_UE_REACHABILITY_FOR_IP))
			reachability(d);
		if(wants(d, DATA_SMS_REGISTRATION_INFO))
			sms_registration(d);
		close_extensions(d->out, 3);
	}
	fputs("</Sh-IMS-Data>", d->out);
}

static void base64(FILE *out, const uint8_t *octets, size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
								   "pqrstuvwxyz0123456789+/";

	for(size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)octets[i] << 16
						| (uint32_t)(i + 1 < len ? octets[i + 1] : 0) << 8
						| (i + 2 < len ? octets[i + 2] : 0);

		fputc(alphabet[bits >> 18], out);
		fputc(alphabet[bits >> 12 & 63], out);
		fputc(i + 1 < len ? alphabet[bits >> 6 & 63] : '=', out);
		fputc(i + 2 < len ? alphabet[bits & 63] : '=', out);
	}
}

/* The MSC as an address string: international, ISDN plan, TBCD. */
static void cs_location(struct document *d)
{
	const char *number = d->subscriber->nodes[NODE_MSC].number;
	uint8_t octets[DIGITS_MAX + 1] = {0x91};
	size_t len = tbcd_encode(octets + 1, number);

	if(!wants(d, DATA_LOCATION_INFORMATION) || d->wish.domain == DOMAIN_PS
			|| len == 0)
		return;
	fputs("<CSLocationInformation><MSCNumber><Address>", d->out);
	base64(d->out, octets, len + 1);
	fputs("</Address></MSCNumber></CSLocationInformation>", d->out);
	d->written++;
}

static void identity_sets(struct document *d)
{
	static const char *const names[] = {
			[ALL_IDENTITIES] = "AllIdentities",
			[REGISTERED_IDENTITIES] = "RegisteredIdentities",
			[IMPLICIT_IDENTITIES] = "ImplicitIdentities",
			[ALIAS_IDENTITIES] = "AliasIdentities",
	};
	int set = d->wish.identity_set;

	if(!wants(d, DATA_IMS_PUBLIC_IDENTITY) || set < 0 || set > ALIAS_IDENTITIES)
		return;
	fprintf(d->out, "<%s>", names[set]);
	impus(d);
	fprintf(d->out, "</%s>", names[set]);
}

static void tads(struct document *d)
{
	const struct subscriber *s = d->subscriber;

	if(!wants(d, DATA_T_ADS_INFORMATION) || !s->tads_support[0])
		return;
	fputs("<TADSinformation>", d->out);
	element(d, "IMSVoiceOverPSSessionSupport", s->tads_support);
	element(d, "RATtype", s->tads_rat);
	if(s->tads_active[0]) {
		fputs("<Extension>", d->out);
		element(d, "LastUEActivityTime", s->tads_active);
		fputs("</Extension>", d->out);
	}
	fputs("</TADSinformation>", d->out);
}

static void eps_location(struct document *d)
{
	const char *name = d->subscriber->nodes[NODE_MME].name;

	if(!wants(d, DATA_LOCATION_INFORMATION) || d->wish.domain == DOMAIN_CS
			|| !name[0])
		return;
	fputs("<EPSLocationInformation>", d->out);
	element(d, "MMEName", name);
	fputs("</EPSLocationInformation>", d->out);
}

static void private_identities(struct document *d)
{
	if(wants(d, DATA_IMSI))
		element(d, "IMSI", d->subscriber->imsi);
	if(wants(d, DATA_IMS_PRIVATE_USER_IDENTITY))
		element(d, "IMSPrivateUserIdentity", d->subscriber->impi);
}

/* what stands in Sh-Data's Extension of each depth, and for which references */
static const struct
{
	uint64_t references;
	void (*write)(struct document *);
} extensions[DEPTH_MAX + 1] = {
		[1] = {BIT(DATA_IMS_PUBLIC_IDENTITY), identity_sets},
		[3] = {BIT(DATA_T_ADS_INFORMATION), tads},
		[4] = {BIT(DATA_LOCATION_INFORMATION), eps_location},
		[5] = {BIT(DATA_IMSI) | BIT(DATA_IMS_PRIVATE_USER_IDENTITY),
				private_identities},
};

static void data_extensions(struct document *d)
{
	int depth, deepest = 0;

	for(depth = 1; depth <= DEPTH_MAX; depth++)
		if(extensions[depth].references & d->wish.references)
			deepest = depth;
	if(deepest == 1 && d->wish.identity_set < 0)
		deepest = 0;
	for(depth = 1; depth <= deepest; depth++) {
		open_extensions(d->out, 1);
		if(extensions[depth].write)
			extensions[depth].write(d);
	}
	close_extensions(d->out, deepest);
}

char *sh_write(
		long *len, const struct subscriber *subscriber, struct sh_wish wish)
{
	struct document d = {.subscriber = subscriber, .wish = wish};
	char *data = NULL;
	size_t size = 0;

	*len = -1;
	d.out = open_memstream(&data, &size);
	if(!d.out)
		return NULL;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Sh-Data>", d.out);
	public_identifiers(&d);
	ims_data(&d);
	cs_location(&d);
	data_extensions(&d);
	fputs("</Sh-Data>\n", d.out);
	if(fclose(d.out)) {
		free(data);
		return NULL;
	}
	if(d.written == 0) {
		free(data);
		data = NULL;
		size = 0;
	}
	*len = (long)size;
	return data;
}

char *sh_write_pyhss(long *len, const struct subscriber *subscriber)
{
	struct document d = {.subscriber = subscriber};
	char *data = NULL;
	size_t size = 0;

	*len = -1;
	d.out = open_memstream(&data, &size);
	if(!d.out)
		return NULL;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Sh-Data>", d.out);
	element(&d, "IMSPrivateUserIdentity", subscriber->impi);
	fputs("<PublicIdentifiers>", d.out);
	impus(&d);
	element(&d, "MSISDN", subscriber->msisdn);
	fputs("</PublicIdentifiers><Sh-IMS-Data>", d.out);
	raw_element(d.out, "S-CSCFName",
			subscriber->scscf[0] ? subscriber->scscf : "None");
	raw_element(d.out, "IMSUserState",
			subscriber->state[0] ? subscriber->state : "0");
	fputs("</Sh-IMS-Data></Sh-Data>\n", d.out);
	if(fclose(d.out)) {
		free(data);
		return NULL;
	}
	*len = (long)size;
	return data;
}

static xmlNode *child(xmlNode *parent, const char *name)
{
	xmlNode *node = parent ? parent->children : NULL;

	while(node
			&& (node->type != XML_ELEMENT_NODE
					|| strcmp((const char *)node->name, name) != 0))
		node = node->next;
	return node;
}

/* 0, or -1: no digits, or too many. */
static int copy_digits(char number[DIGITS_MAX], xmlNode *node)
{
	xmlChar *text = xmlNodeGetContent(node);
	const char *digits = text ? (const char *)text : "";
	int result = -1;

	if(strlen(digits) <= 15 && strspn(digits, "0123456789") == strlen(digits)) {
		snprintf(number, DIGITS_MAX, "%s", digits);
		result = 0;
	}
	xmlFree(text);
	return result;
}

int sh_read_registration(
		char number[DIGITS_MAX], const uint8_t *octets, size_t len)
{
	static const char *const path[] = {"Sh-IMS-Data", "Extension", "Extension",
			"Extension", "SMSRegistrationInfo", "IP-SM-GW-Number"};
	xmlDoc *doc = xmlReadMemory((const char *)octets, (int)len, NULL, NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlNode *node = doc ? xmlDocGetRootElement(doc) : NULL;
	int result = -1;

	if(node && strcmp((const char *)node->name, "Sh-Data") != 0)
		node = NULL;
	for(size_t i = 0; node && i < sizeof(path) / sizeof(path[0]); i++)
		node = child(node, path[i]);
	if(node)
		result = copy_digits(number, node);
	xmlFreeDoc(doc);
	return result;
}
