/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data: where each of the data may stand, what is read of it, what is left out; the documents of HSSs that have their
 * own idea of it; attacks.
 */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "ims/sh_data.h"

#define E(name, x) "<" name ">" x "</" name ">"
#define EXT(x) E("Extension", x)
#define EXT3(x) EXT(EXT(EXT(x)))
#define EXT4(x) EXT(EXT3(x))
#define EXT5(x) EXT(EXT4(x))
#define SH_DATA(x) E("Sh-Data", x)
#define IMS_DATA(x) SH_DATA(E("Sh-IMS-Data", x))
#define IDENTIFIERS(x) SH_DATA(E("PublicIdentifiers", x))
#define IMPU(x) E("IMSPublicIdentity", x)
#define IMPI(x) E("IMSPrivateUserIdentity", x)
#define MSISDN(x) E("MSISDN", x)
#define IMSI(x) E("IMSI", x)
#define STATE(x) E("IMSUserState", x)
#define SCSCF(x) E("SCSCFName", x)
#define SMS(x) E("SMSRegistrationInfo", x)
#define GW(x) E("IP-SM-GW-Number", x)
#define SC(x) E("SCAddress", x)
#define REACHABILITY(x) E("UEReachabilityForIP", x)
#define REACHABLE(node, x) E("UEIPReachability" node, x)
#define TADS(x) E("TADSinformation", x)
#define VOICE(x) E("IMSVoiceOverPSSessionSupport", x)
#define RAT(x) E("RATtype", x)
#define EPS(x) E("EPSLocationInformation", x)
#define MME(x) E("MMEName", x)
#define CS(x) E("CSLocationInformation", x)
#define ADDRESS(x) E("Address", x)
#define VLR(x) CS(E("VLRNumber", ADDRESS(x)))
#define MSC(x) CS(E("MSCNumber", ADDRESS(x)))
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

/* Several data in one answer. */
#define EVERYTHING                                                             \
	XML SH_DATA(E("PublicIdentifiers",                                         \
			IMPU("tel:+1555001") MSISDN("1555001")) E("Sh-IMS-Data",           \
			SCSCF("sip:s") STATE("1") EXT3(REACHABILITY(REACHABLE("MME", "0")) \
							SMS(GW("1555777")))) VLR("kVFVAAAA8Q==")           \
					EXT3(TADS(VOICE("2")) EXT(EPS(MME("m")) EXT(               \
							IMSI("001010000000001") IMPI("p@h")))))

/* In the shape of PyHSS, about a subscriber who is nowhere. */
static const char pyhss[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
		"<!-- a comment -->\n"
		"<Sh-Data>\n"
		" <IMSPrivateUserIdentity>1555001@h</IMSPrivateUserIdentity>\n"
		" <PublicIdentifiers>\n"
		"  <IMSPublicIdentity>sip:1555001@h</IMSPublicIdentity>\n"
		"  <MSISDN>1555001</MSISDN>\n"
		" </PublicIdentifiers>\n"
		" <Extension>\n"
		"  <EPSLocationInformation>\n"
		"  </EPSLocationInformation>\n"
		" </Extension>\n"
		" <Sh-IMS-Data>\n"
		"  <S-CSCFName>None</S-CSCFName>\n"
		"  <IMSUserState>0</IMSUserState>\n"
		"  <InboundCommunicationBarred>False</InboundCommunicationBarred>\n"
		" </Sh-IMS-Data>\n"
		"</Sh-Data>\n";

static struct sh_data data;
static char text[SH_DATA_TEXT];

static enum xmldoc_error parse_span(struct span document)
{
	char *exact = malloc(document.len ? document.len : 1);
	enum xmldoc_error error;

	memcpy(exact, document.s, document.len);
	error = sh_data_parse(
			&data, text, sizeof(text), (struct span){exact, document.len});
	free(exact);
	return error;
}

static enum xmldoc_error parse(const char *document)
{
	return parse_span((struct span){document, strlen(document)});
}

static void add(char *out, size_t cap, const char *name, struct span value)
{
	size_t n = strlen(out);

	if(value.len > 0)
		snprintf(out + n, cap - n, "%s%s=%.*s", n ? " " : "", name,
				(int)value.len, value.s);
}

static void add_text(char *out, size_t cap, const char *name, const char *value)
{
	add(out, cap, name, (struct span){value, strlen(value)});
}

static void add_int(char *out, size_t cap, const char *name, int value)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%d", value);
	if(value != SH_NOT_STATED)
		add_text(out, cap, name, digits);
}

/* All that was read, as a line: name=value of everything that is stated. */
static const char *seen(void)
{
	static char out[8192];
	const size_t cap = sizeof(out);
	size_t i;

	out[0] = '\0';
	for(i = 0; i < data.impus_len; i++)
		add(out, cap, "impu", data.impus[i]);
	for(i = 0; i < data.msisdns_len; i++)
		add_text(out, cap, "msisdn", data.msisdns[i]);
	for(i = 0; i < data.impis_len; i++)
		add(out, cap, "impi", data.impis[i]);
	add_text(out, cap, "imsi", data.imsi);
	add_int(out, cap, "state", data.user_state);
	add(out, cap, "scscf", data.scscf);
	add_text(out, cap, "gw", data.ip_sm_gw_number);
	add_text(out, cap, "sc", data.sc_address);
	add_text(out, cap, "mme-reachable", data.reachable_mme ? "y" : "");
	add_text(out, cap, "sgsn-reachable", data.reachable_sgsn ? "y" : "");
	add_text(out, cap, "other-reachable", data.reachable_other ? "y" : "");
	add_int(out, cap, "voice", data.voice_over_ps);
	add_int(out, cap, "rat", data.rat_type);
	add(out, cap, "active", data.last_ue_activity_time);
	add(out, cap, "mme", data.mme_name);
	add_text(out, cap, "vlr", data.vlr_number);
	add_text(out, cap, "msc", data.msc_number);
	return out;
}

static const struct
{
	const char *document;
	unsigned present;
	const char *seen;
	size_t skipped;
} documents[] = {
		{SH_DATA(""), 0, "", 0},
		{IMS_DATA(EXT3("")), 0, "", 0},

		/* public identities */
		{IDENTIFIERS(IMPU("sip:+1555001@h") IMPU("tel:+1555001")), SH_HAS_IMPU,
				"impu=sip:+1555001@h impu=tel:+1555001", 0},
		{SH_DATA(EXT(E("RegisteredIdentities", IMPU("sip:r@h")))), SH_HAS_IMPU,
				"impu=sip:r@h", 0},
		{SH_DATA(EXT(E("ImplicitIdentities", IMPU("sip:i@h")))), SH_HAS_IMPU,
				"impu=sip:i@h", 0},
		{SH_DATA(EXT(E("AllIdentities", IMPU("sip:l@h")))), SH_HAS_IMPU,
				"impu=sip:l@h", 0},
		{SH_DATA(EXT(E("AliasIdentities", IMPU("sip:a@h")))), SH_HAS_IMPU,
				"impu=sip:a@h", 0},
		{IDENTIFIERS(EXT4(E("EnhancedIMSPublicIdentifiers", IMPU("sip:e@h")))),
				SH_HAS_IMPU, "impu=sip:e@h", 0},
		{IDENTIFIERS(IMPU("sip:a@h") IMPU("sip:b@h") IMPU("sip:a@h")),
				SH_HAS_IMPU, "impu=sip:a@h impu=sip:b@h", 0},
		{SH_DATA(EXT(EXT(E("DeletedIdentities", IMPU("sip:gone@h"))))), 0, "",
				0},
		{IDENTIFIERS(IMPU("")), SH_HAS_IMPU, "", 0},
		{IDENTIFIERS(IMPU("alice") IMPU("sip:b@h") IMPU("sip:a b@h")),
				SH_HAS_IMPU, "impu=sip:b@h", 2},
		{SH_DATA(IMPU("sip:a@h")), 0, "", 0},

		/* numbers */
		{IDENTIFIERS(MSISDN("1555001") MSISDN("1555002") MSISDN("1555001")),
				SH_HAS_MSISDN, "msisdn=1555001 msisdn=1555002", 0},
		{IDENTIFIERS(MSISDN("1555001") EXT3(
				 E("ExtendedMSISDN", MSISDN("1555002") E("MSISDNType", "1")))),
				SH_HAS_MSISDN, "msisdn=1555001 msisdn=1555002", 0},
		{IDENTIFIERS(MSISDN("+1555001")), SH_HAS_MSISDN, "msisdn=1555001", 0},
		{IDENTIFIERS(MSISDN("123") MSISDN("123456789012345")), SH_HAS_MSISDN,
				"msisdn=123 msisdn=123456789012345", 0},
		{IDENTIFIERS(MSISDN("12") MSISDN("1234567890123456")), SH_HAS_MSISDN,
				"", 2},
		{IDENTIFIERS(MSISDN("000000000000000")), SH_HAS_MSISDN, "", 1},
		{IDENTIFIERS(MSISDN("1555x") MSISDN("++1555") MSISDN("+")),
				SH_HAS_MSISDN, "", 3},
		{IDENTIFIERS("<MSISDN/>"), SH_HAS_MSISDN, "", 0},

		/* private identities */
		{SH_DATA(EXT5(IMSI("001010000000001"))), SH_HAS_IMSI,
				"imsi=001010000000001", 0},
		{SH_DATA(EXT5(IMSI("12345") IMSI("1234567890123456") IMSI("123456")
						 IMSI("001010000000001"))),
				SH_HAS_IMSI, "imsi=123456", 2},
		{SH_DATA(EXT5(IMPI("a@h") IMPI("b@h") IMPI("c d"))), SH_HAS_IMPI,
				"impi=a@h impi=b@h", 1},

		/* state and S-CSCF */
		{IMS_DATA(STATE("0")), SH_HAS_USER_STATE, "state=0", 0},
		{IMS_DATA(STATE("3")), SH_HAS_USER_STATE, "state=3", 0},
		{IMS_DATA(STATE("4")), SH_HAS_USER_STATE, "", 1},
		{IMS_DATA(STATE("4294967296")), SH_HAS_USER_STATE, "", 1},
		{IMS_DATA(STATE("None")), SH_HAS_USER_STATE, "", 1},
		{IMS_DATA(SCSCF("sip:s.h:6060")), SH_HAS_SCSCF, "scscf=sip:s.h:6060",
				0},
		{IMS_DATA(E("S-CSCFName", "sip:s")), SH_HAS_SCSCF, "scscf=sip:s", 0},
		{IMS_DATA(SCSCF("None") SCSCF("tel:+1555001") SCSCF("sip:first")
						 SCSCF("sip:second")),
				SH_HAS_SCSCF, "scscf=sip:first", 2},

		/* the IP-SM-GW and the service centre */
		{IMS_DATA(EXT3(SMS(GW("15557770001") EXT(SC("15551230000"))))),
				SH_HAS_SMS_REGISTRATION, "gw=15557770001 sc=15551230000", 0},
		{IMS_DATA(EXT3(SMS(GW("")))), SH_HAS_SMS_REGISTRATION, "", 0},
		{IMS_DATA(EXT3("<SMSRegistrationInfo/>")), SH_HAS_SMS_REGISTRATION, "",
				0},
		{IMS_DATA(EXT3(SMS(GW("AVAILABLE")))), SH_HAS_SMS_REGISTRATION, "", 1},
		{IMS_DATA(EXT3(SMS(EXT(SC("12345678901234567890"))))),
				SH_HAS_SMS_REGISTRATION, "sc=12345678901234567890", 0},
		{IMS_DATA(EXT3(SMS(EXT(SC("123456789012345678901"))))),
				SH_HAS_SMS_REGISTRATION, "", 1},
		{IMS_DATA(EXT3(SC("15551230000"))), 0, "", 0},

		/* reachability */
		{IMS_DATA(EXT3(REACHABILITY(REACHABLE("MME", "0")))),
				SH_HAS_REACHABILITY, "mme-reachable=y", 0},
		{IMS_DATA(EXT3(REACHABILITY(EXT(REACHABLE("SGSN", "0"))))),
				SH_HAS_REACHABILITY, "sgsn-reachable=y", 0},
		{IMS_DATA(EXT3(REACHABILITY(EXT(EXT(REACHABLE("X", "0")))))),
				SH_HAS_REACHABILITY, "other-reachable=y", 0},
		{IMS_DATA(EXT3(REACHABILITY(REACHABLE("MME", "1") E("X", "0")))),
				SH_HAS_REACHABILITY, "", 1},
		{IMS_DATA(EXT3(REACHABLE("MME", "0"))), 0, "", 0},

		/* T-ADS */
		{SH_DATA(EXT3(TADS(VOICE("1") RAT("1004") EXT(
				 E("LastUEActivityTime", "2024-05-06T07:08:09Z"))))),
				SH_HAS_TADS, "voice=1 rat=1004 active=2024-05-06T07:08:09Z", 0},
		{SH_DATA(EXT3(TADS(VOICE("3") RAT("-1")))), SH_HAS_TADS, "", 2},
		{SH_DATA(EXT3(TADS(RAT("2147483647")))), SH_HAS_TADS, "rat=2147483647",
				0},
		{SH_DATA(EXT3(TADS(RAT("2147483648")))), SH_HAS_TADS, "", 1},
		{SH_DATA(EXT3(TADS(""))), SH_HAS_TADS, "", 0},

		/* location */
		{SH_DATA(EXT4(EPS(MME("mmec1.mmegi1.h") RAT("1004")))), SH_HAS_LOCATION,
				"mme=mmec1.mmegi1.h", 0},
		{SH_DATA(EXT4(EPS(MME("two words")))), SH_HAS_LOCATION, "", 1},
		{SH_DATA(EXT4(EPS(""))), SH_HAS_LOCATION, "", 0},
		{SH_DATA(CS(ADDRESS("kVFVAAAA8Q=="))), SH_HAS_LOCATION, "", 0},
		{SH_DATA(VLR("kVFVAAAA8Q==")), SH_HAS_LOCATION, "vlr=15550000001", 0},
		{SH_DATA(MSC("kUR3AAkQMg==")), SH_HAS_LOCATION, "msc=447700900123", 0},
		{SH_DATA(MSC("kUR3AAkQMg")), SH_HAS_LOCATION, "msc=447700900123", 0},
		{SH_DATA(MSC("kUR3\n\tAAkQMg==")), SH_HAS_LOCATION, "msc=447700900123",
				0},
		{SH_DATA(VLR("NTk4OTc4OTM1==")), SH_HAS_LOCATION, "vlr=598978935", 0},
		{SH_DATA(VLR("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=")), SH_HAS_LOCATION,
				"vlr=12345678901234567890", 0},
		{SH_DATA(VLR("15550000001")), SH_HAS_LOCATION, "vlr=15550000001", 0},
		{SH_DATA(VLR("")), SH_HAS_LOCATION, "", 0},
		{SH_DATA(VLR("=")), SH_HAS_LOCATION, "", 1},
		{SH_DATA(VLR("kVFV*")), SH_HAS_LOCATION, "", 1},
		{SH_DATA(VLR("kQ==")), SH_HAS_LOCATION, "", 1},		/* no digits */
		{SH_DATA(VLR("kRqr")), SH_HAS_LOCATION, "", 1},		/* 91 1a ab */
		{SH_DATA(VLR("UVUAAADx")), SH_HAS_LOCATION, "", 1}, /* no type octet */
		{SH_DATA(VLR("kRERERERERERERER")), SH_HAS_LOCATION, "", 1}, /* long */
		{SH_DATA(VLR("kRERERERERERERERERERERERERERERER")), SH_HAS_LOCATION, "",
				1},

		/* white space, comments, CDATA, escapes, elements in a value */
		{IDENTIFIERS(MSISDN("\n\t 1555001\r\n")), SH_HAS_MSISDN,
				"msisdn=1555001", 0},
		{IDENTIFIERS(MSISDN("1555<!-- x -->001")), SH_HAS_MSISDN,
				"msisdn=1555001", 0},
		{IDENTIFIERS(IMPU("<![CDATA[sip:a@h;x=&]]>")), SH_HAS_IMPU,
				"impu=sip:a@h;x=&", 0},
		{IDENTIFIERS(IMPU("sip:b@h;x=&amp;")), SH_HAS_IMPU, "impu=sip:b@h;x=&",
				0},
		{IDENTIFIERS(MSISDN("1555" E("x", "0") "001")), SH_HAS_MSISDN, "", 1},

		/* what is not known may be about somebody else */
		{SH_DATA("x" E("x", E("PublicIdentifiers", MSISDN("1555001")))), 0, "",
				0},
		{SH_DATA(E(
				 "RepositoryData", E("ServiceData", IMSI("001010000000001")))),
				0, "", 0},
		{SH_DATA(E("imsi", "001010000000001")), 0, "", 0},

		/* namespaces and prefixes, bound or not */
		{"<s:Sh-Data xmlns:s='urn:x'><s:Sh-IMS-Data><s:IMSUserState>1"
		 "</s:IMSUserState></s:Sh-IMS-Data></s:Sh-Data>",
				SH_HAS_USER_STATE, "state=1", 0},
		{"<s:Sh-Data><t:IMSUserState>1</t:IMSUserState></s:Sh-Data>",
				SH_HAS_USER_STATE, "state=1", 0},
		{"<Sh-Data xmlns='urn:x'><Extension xmlns='urn:y'>" IMSI(
				 "001010000000001") "</Extension></Sh-Data>",
				SH_HAS_IMSI, "imsi=001010000000001", 0},

		/* in a wrong place */
		{IMS_DATA(SMS(GW("15557770001"))), SH_HAS_SMS_REGISTRATION,
				"gw=15557770001", 0},
		{SH_DATA(STATE("1") E("ShIMSData", IMPI("a@h") SCSCF("sip:s"))),
				SH_HAS_USER_STATE | SH_HAS_IMPI | SH_HAS_SCSCF,
				"impi=a@h state=1 scscf=sip:s", 0},

		{EVERYTHING,
				SH_HAS_IMPU | SH_HAS_USER_STATE | SH_HAS_SCSCF | SH_HAS_LOCATION
						| SH_HAS_MSISDN | SH_HAS_SMS_REGISTRATION
						| SH_HAS_REACHABILITY | SH_HAS_TADS | SH_HAS_IMSI
						| SH_HAS_IMPI,
				"impu=tel:+1555001 msisdn=1555001 impi=p@h "
				"imsi=001010000000001 state=1 scscf=sip:s gw=1555777 "
				"mme-reachable=y voice=2 mme=m vlr=15550000001",
				0},
		{pyhss,
				SH_HAS_IMPI | SH_HAS_IMPU | SH_HAS_MSISDN | SH_HAS_LOCATION
						| SH_HAS_SCSCF | SH_HAS_USER_STATE,
				"impu=sip:1555001@h msisdn=1555001 impi=1555001@h state=0", 1},
};

START_TEST(document)
{
	ck_assert_str_eq(xmldoc_error_name(parse(documents[_i].document)), "ok");
	ck_assert_msg(strcmp(seen(), documents[_i].seen) == 0,
			"%s: read '%s', expected '%s'", documents[_i].document, seen(),
			documents[_i].seen);
	ck_assert_msg(data.present == documents[_i].present,
			"%s: present %x, expected %x", documents[_i].document, data.present,
			documents[_i].present);
	ck_assert_msg(data.skipped == documents[_i].skipped,
			"%s: skipped %zu, expected %zu", documents[_i].document,
			data.skipped, documents[_i].skipped);
	ck_assert_uint_eq(data.dropped, 0);
}
END_TEST

static const struct
{
	const char *document;
	enum xmldoc_error error;
} refused[] = {
		{"", XMLDOC_MALFORMED},
		{"Sh-Data", XMLDOC_MALFORMED},
		{"<Sh-Data>", XMLDOC_MALFORMED},
		{"<Sh-Data><MSISDN>1555</MSISDN</Sh-Data>", XMLDOC_MALFORMED},
		{"<x:Sh-Data></Sh-Data>", XMLDOC_MALFORMED},
		{SH_DATA("&x;"), XMLDOC_MALFORMED},
		{"<sh-data/>", XMLDOC_UNKNOWN},
		{"<IMSSubscription/>", XMLDOC_UNKNOWN},
		{E("X", IDENTIFIERS(MSISDN("1555001"))), XMLDOC_UNKNOWN},
		{"<!DOCTYPE Sh-Data>" SH_DATA(""), XMLDOC_DOCTYPE},
		{"<!DOCTYPE Sh-Data SYSTEM \"http://127.0.0.1:9/x.dtd\">" SH_DATA(""),
				XMLDOC_DOCTYPE},
		{"<!DOCTYPE Sh-Data [<!ENTITY x SYSTEM "
		 "\"file:///etc/hostname\">]>" IDENTIFIERS(IMPU("&x;")),
				XMLDOC_DOCTYPE},
		{"<?xml version='1.0' encoding='UTF-16'?>" SH_DATA(""),
				XMLDOC_ENCODING},
};

START_TEST(refusal)
{
	ck_assert_str_eq(xmldoc_error_name(parse(refused[_i].document)),
			xmldoc_error_name(refused[_i].error));
	ck_assert_str_eq(seen(), "");
	ck_assert_uint_eq(data.present, 0);
}
END_TEST

#define MEGABYTE (1024 * 1024)

static char big[MEGABYTE];

static size_t repeat(size_t at, const char *piece, size_t times)
{
	size_t len = strlen(piece), i;

	ck_assert_uint_le(at + times * len, sizeof(big));
	for(i = 0; i < times; i++)
		memcpy(big + at + i * len, piece, len);
	return at + times * len;
}

/* before, the piece as often as fits into cap octets, behind. */
static size_t fill(
		const char *before, const char *piece, const char *behind, size_t cap)
{
	size_t n = repeat(0, before, 1);

	n = repeat(n, piece, (cap - n - strlen(behind)) / strlen(piece));
	return repeat(n, behind, 1);
}

static size_t extensions(size_t depth)
{
	size_t n = repeat(0, "<Sh-Data>", 1);

	n = repeat(n, "<Extension>", depth);
	n = repeat(n, IMSI("001010000000001"), 1);
	n = repeat(n, "</Extension>", depth);
	return repeat(n, "</Sh-Data>", 1);
}

static size_t deepest(void)
{
	return extensions(XMLDOC_MAX_DEPTH - 2);
}

static size_t too_deep(void)
{
	return extensions(XMLDOC_MAX_DEPTH - 1);
}

static size_t levels_10000(void)
{
	return fill("<Sh-Data>", "<x>", "", sizeof("<Sh-Data>") + 3 * 10000);
}

static size_t megabyte(void)
{
	return fill("<Sh-Data>", "x", "</Sh-Data>", MEGABYTE);
}

static size_t entity_bomb(void)
{
	size_t n = repeat(0, "<!DOCTYPE Sh-Data [<!ENTITY a0 \"lol\">", 1);
	char entity[64];

	for(int i = 1; i < 10; i++) {
		snprintf(entity, sizeof(entity), "<!ENTITY a%d \"", i);
		n = repeat(n, entity, 1);
		snprintf(entity, sizeof(entity), "&a%d;", i - 1);
		n = repeat(n, entity, 10);
		n = repeat(n, "\">", 1);
	}
	return repeat(n, "]>" IDENTIFIERS(IMPU("&a9;")), 1);
}

static size_t many_identities(void)
{
	return fill("<Sh-Data><PublicIdentifiers>", IMPU("sip:a"),
			"</PublicIdentifiers></Sh-Data>", XMLDOC_MAX_OCTETS);
}

static size_t many_broken(void)
{
	return fill("<Sh-Data><PublicIdentifiers>", MSISDN("1"),
			"</PublicIdentifiers></Sh-Data>", XMLDOC_MAX_OCTETS);
}

static size_t many_unknown(void)
{
	return fill("<Sh-Data>", "<x/>", "</Sh-Data>", XMLDOC_MAX_OCTETS);
}

static size_t long_value(void)
{
	return fill("<Sh-Data><PublicIdentifiers><MSISDN>", "1",
			"</MSISDN></PublicIdentifiers></Sh-Data>", XMLDOC_MAX_OCTETS);
}

static size_t long_address(void)
{
	return fill("<Sh-Data><CSLocationInformation><VLRNumber><Address>", "kREA",
			"</Address></VLRNumber></CSLocationInformation></Sh-Data>",
			XMLDOC_MAX_OCTETS);
}

static const struct
{
	const char *what;
	size_t (*make)(void);
	enum xmldoc_error error;
} costly[] = {
		{"as deep as may be", deepest, XMLDOC_OK},
		{"one deeper", too_deep, XMLDOC_TOO_DEEP},
		{"10,000 levels", levels_10000, XMLDOC_TOO_DEEP},
		{"1 MB", megabyte, XMLDOC_TOO_BIG},
		{"entity bomb", entity_bomb, XMLDOC_DOCTYPE},
		{"64 kB of identities", many_identities, XMLDOC_OK},
		{"64 kB of broken numbers", many_broken, XMLDOC_OK},
		{"64 kB of unknown elements", many_unknown, XMLDOC_OK},
		{"a number of 64 kB", long_value, XMLDOC_OK},
		{"an address of 64 kB", long_address, XMLDOC_OK},
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

START_TEST(cost)
{
	struct span in = {big, costly[_i].make()};
	double start = now_ms(), took;
	enum xmldoc_error error = sh_data_parse(&data, text, sizeof(text), in);

	took = now_ms() - start;
	ck_assert_msg(error == costly[_i].error, "%s: %s, expected %s",
			costly[_i].what, xmldoc_error_name(error),
			xmldoc_error_name(costly[_i].error));
	ck_assert_msg(took < LIMIT_MS, "%s: %.1f ms", costly[_i].what, took);
}
END_TEST

/* One more than there is room for, of each list. */
START_TEST(bounds)
{
	size_t n = repeat(0, "<Sh-Data><PublicIdentifiers>", 1);
	char piece[128];
	int i;

	for(i = 0; i <= SH_DATA_IMPUS; i++) {
		snprintf(piece, sizeof(piece), IMPU("sip:%d@h"), i);
		n = repeat(n, piece, 1);
	}
	for(i = 0; i <= SH_DATA_MSISDNS; i++) {
		snprintf(piece, sizeof(piece), MSISDN("%d"), 1000 + i);
		n = repeat(n, piece, 1);
	}
	n = repeat(n, "</PublicIdentifiers>", 1);
	for(i = 0; i <= SH_DATA_IMPIS; i++) {
		snprintf(piece, sizeof(piece), IMPI("%d@h"), i);
		n = repeat(n, piece, 1);
	}
	n = repeat(n, "</Sh-Data>", 1);
	ck_assert_int_eq(parse_span((struct span){big, n}), XMLDOC_OK);
	ck_assert_uint_eq(data.impus_len, SH_DATA_IMPUS);
	ck_assert_uint_eq(data.msisdns_len, SH_DATA_MSISDNS);
	ck_assert_uint_eq(data.impis_len, SH_DATA_IMPIS);
	ck_assert_str_eq(data.msisdns[SH_DATA_MSISDNS - 1], "1007");
	ck_assert_uint_eq(data.dropped, 3);
	ck_assert_uint_eq(data.skipped, 0);
}
END_TEST

/* In a small buffer what does not fit is left out, and what comes behind it may fit again. */
START_TEST(buffer)
{
	static const char in[] =
			IDENTIFIERS(IMPU("sip:a@long.long.long.long") IMPU("sip:b@h"));
	size_t cap = strlen("sip:b@h");
	char *small = malloc(cap);

	ck_assert_int_eq(sh_data_parse(&data, small, cap, SPAN(in)), XMLDOC_OK);
	ck_assert_str_eq(seen(), "impu=sip:b@h");
	ck_assert_uint_eq(data.dropped, 1);
	ck_assert_int_eq(sh_data_parse(&data, small, cap - 1, SPAN(in)), XMLDOC_OK);
	ck_assert_str_eq(seen(), "");
	ck_assert_uint_eq(data.dropped, 2);
	free(small);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("sh_data");
	TCase *tests = tcase_create("sh_data");
	int status;

	xmldoc_init();
	tcase_add_loop_test(tests, document, 0, COUNT(documents));
	tcase_add_loop_test(tests, refusal, 0, COUNT(refused));
	tcase_add_loop_test(tests, cost, 0, COUNT(costly));
	tcase_add_test(tests, bounds);
	tcase_add_test(tests, buffer);
	suite_add_tcase(suite, tests);
	status = unit_run(suite);
	xmldoc_cleanup();
	return status;
}
