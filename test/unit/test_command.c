/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests as octets, AVP by AVP with their M bits, and what is read of answers and of requests to us:
 * modules/ipsmgw/diameter/command.h, sh.h, s6c.h, in a real libfdcore without peers.
 */
#include "unit.h"

#include <ctype.h>
#include <stdio.h>

#include "diameter/avp_write.h"
#include "diameter/command.h"
#include "diameter_core.h"

#define TGPP VENDOR_3GPP
#define TEXT_SIZE 4096

static struct slot slot;

static void start(void)
{
	ck_assert_int_eq(core_start(), 0);
	memset(&slot, 0, sizeof(slot));
}

/* --- a message as text --------------------------------------------------------------- */

struct text
{
	char out[TEXT_SIZE];
	size_t len;
};

static void put(struct text *t, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->len += (size_t)vsnprintf(
			t->out + t->len, TEXT_SIZE - t->len, format, args);
	va_end(args);
	ck_assert_uint_lt(t->len, TEXT_SIZE);
}

static bool is_group(uint32_t vendor, uint32_t code)
{
	static const uint32_t groups[] = {AVP_SUPPORTED_FEATURES, AVP_USER_IDENTITY,
			AVP_USER_IDENTIFIER, AVP_SM_DELIVERY_OUTCOME,
			AVP_MME_SM_DELIVERY_OUTCOME, AVP_IP_SM_GW_SM_DELIVERY_OUTCOME};

	if(vendor == 0)
		return code == AVP_VENDOR_SPECIFIC_APPLICATION_ID
			   || code == AVP_EXPERIMENTAL_RESULT;
	for(size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if(groups[i] == code)
			return true;
	return false;
}

static uint32_t u32_at(const uint8_t *in)
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8
		   | in[3];
}

static void put_value(struct text *t, const uint8_t *in, size_t len)
{
	bool printable = len > 4;

	for(size_t i = 0; i < len; i++)
		printable &= isprint(in[i]) != 0;
	for(size_t i = 0; i < len; i++)
		put(t, printable ? "%c" : "%02x", in[i]);
}

/* "263M=host;1;2;3 260M{266M=000028af ...} 3gpp:700M{...}" */
static void put_avps(struct text *t, const uint8_t *in, size_t len)
{
	while(len > 0) {
		uint32_t code = u32_at(in), size = u32_at(in + 4) & 0xffffff;
		uint8_t flags = in[4];
		uint32_t vendor = flags & AVP_FLAG_VENDOR ? u32_at(in + 8) : 0;
		size_t head = vendor ? 12 : 8, padded = (size + 3) & ~(size_t)3;

		ck_assert_uint_le(padded, len);
		put(t, "%s%s%u%s", t->len ? " " : "", vendor == TGPP ? "3gpp:" : "",
				code, flags & AVP_FLAG_MANDATORY ? "M" : "");
		if(is_group(vendor, code)) {
			put(t, "{");
			put_avps(t, in + head, size - head);
			put(t, " }");
		} else if(code == AVP_SESSION_ID && vendor == 0) {
			put(t, "=id");
		} else {
			put(t, "=");
			put_value(t, in + head, size - head);
		}
		in += padded;
		len -= padded;
	}
}

/* The message, which is freed. */
static void check_message(struct msg *message, uint32_t code,
		uint32_t application, uint8_t flags, const char *expected)
{
	struct text t = {.len = 0};
	uint8_t *octets = NULL;
	size_t len = 0;

	ck_assert_int_eq(fd_msg_bufferize(message, &octets, &len), 0);
	ck_assert_uint_eq(u32_at(octets + 4) & 0xffffff, code);
	ck_assert_uint_eq(u32_at(octets + 8), application);
	ck_assert_uint_eq(octets[4], flags);
	put_avps(&t, octets + 20, len - 20);
	ck_assert_str_eq(t.out, expected);
	free(octets);
	fd_msg_free(message);
}

/* --- requests of ours ------------------------------------------------------------------ */

#define HEAD(application)                                               \
	"263M=id 260M{ 266M=000028af 258M=" application " } 277M=00000001 " \
	"264M=gateway.test 296M=ims.test "

static void name_user(enum diameter_operation operation)
{
	slot.request.operation = (uint8_t)operation;
	slot.request.identity_type = DIAMETER_MSISDN;
	strcpy(slot.request.identity, "15550000001");
}

static void check_request(
		uint32_t code, uint32_t application, const char *expected)
{
	struct msg *message = NULL;

	ck_assert_int_eq(command_build(&message, &slot, "hss.realm", false), 0);
	check_message(message, code, application,
			CMD_FLAG_REQUEST | CMD_FLAG_PROXIABLE, expected);
}

START_TEST(pur)
{
	name_user(DIAMETER_PUR);
	strcpy(slot.request.peer.host, "hss.test");
	strcpy(slot.request.user_name, "001010000000001");
	slot.request.references = 1;
	slot.request.reference[0] = DATA_SMS_REGISTRATION_INFO;
	slot.user_data_len = 8;
	memcpy(slot.user_data, "<xml/>\n\n", 8);
	check_request(307, APPLICATION_SH,
			HEAD("01000001") "293M=hss.test 283M=hss.realm 3gpp:700M{ "
							 "3gpp:701M=5155000000f1 } 1M=001010000000001 "
							 "3gpp:703M=00000018 "
							 "3gpp:702M=3c786d6c2f3e0a0a");
}
END_TEST

START_TEST(udr)
{
	name_user(DIAMETER_UDR);
	slot.request.identity_type = DIAMETER_IMPU;
	strcpy(slot.request.identity, "sip:a@ims.test");
	strcpy(slot.request.peer.realm, "other.realm");
	slot.request.references = 2;
	slot.request.reference[0] = DATA_IMSI;
	slot.request.reference[1] = DATA_T_ADS_INFORMATION;
	slot.request.has = REQUEST_FEATURES | REQUEST_IDENTITY_SET
					   | REQUEST_REQUESTED_DOMAIN | REQUEST_REQUESTED_NODES
					   | REQUEST_EPS_LOCATION;
	slot.request.features = SH_NOTIF_EFF;
	slot.request.identity_set = IMPLICIT_IDENTITIES;
	slot.request.requested_domain = DOMAIN_PS;
	slot.request.requested_nodes = REQUESTED_MME | REQUESTED_SGSN;
	check_request(306, APPLICATION_SH,
			HEAD("01000001") "283M=other.realm 3gpp:628{ 266M=000028af "
							 "3gpp:629=00000001 3gpp:630=00000001 } "
							 "3gpp:700M{ 3gpp:601M=sip:a@ims.test } "
							 "3gpp:703M=00000020 3gpp:703M=0000001a "
							 "3gpp:708=00000002 3gpp:706M=00000001 "
							 "3gpp:713=00000003 3gpp:719=00000001");
}
END_TEST

START_TEST(snr)
{
	name_user(DIAMETER_SNR);
	slot.request.references = 1;
	slot.request.reference[0] = DATA_UE_REACHABILITY_FOR_IP;
	slot.request.has = REQUEST_ONE_TIME | REQUEST_EXPIRY_TIME
					   | REQUEST_SEND_DATA | REQUEST_UNSUBSCRIBE;
	/* 2026-01-01 00:00:00 UTC: 0xed003780 since 1900 */
	slot.request.expiry_time = 1767225600;
	check_request(308, APPLICATION_SH,
			HEAD("01000001") "283M=hss.realm 3gpp:700M{ "
							 "3gpp:701M=5155000000f1 } 3gpp:710=00000001 "
							 "3gpp:705M=00000001 3gpp:703M=00000019 "
							 "3gpp:709=ed003780 3gpp:712=00000000");
}
END_TEST

START_TEST(srr)
{
	name_user(DIAMETER_SRR);
	strcpy(slot.request.user_name, "001010000000001");
	strcpy(slot.request.sc_address, "15551230000");
	slot.request.has = REQUEST_FLAGS | REQUEST_SM_RP_MTI | REQUEST_IMSI_ONLY;
	slot.request.flags = SRR_GPRS_INDICATOR | SRR_SM_RP_PRI;
	check_request(8388647, APPLICATION_S6C,
			HEAD("01000060") "283M=hss.realm 3gpp:701M=5155000000f1 "
							 "1M=001010000000001 3gpp:3300M=5155210300f0 "
							 "3gpp:3308M=00000000 3gpp:3310M=00000003 "
							 "3gpp:3311M=00000000");
}
END_TEST

START_TEST(rdr)
{
	name_user(DIAMETER_RDR);
	strcpy(slot.request.user_name, "001010000000001");
	strcpy(slot.request.sc_address, "15551230000");
	slot.request.has = REQUEST_FLAGS;
	slot.request.flags = RDR_SINGLE_ATTEMPT_DELIVERY;
	slot.request.delivery[DIAMETER_NODE_MME] =
			(struct diameter_delivery){.set = true, .cause = ABSENT_USER};
	slot.request.delivery[DIAMETER_NODE_IP_SM_GW] = (struct diameter_delivery){
			true, true, ABSENT_USER, ABSENT_NO_RESPONSE_IP_SM_GW};
	check_request(8388649, APPLICATION_S6C,
			HEAD("01000060") "283M=hss.realm 3gpp:3102M{ "
							 "1M=001010000000001 3gpp:701M=5155000000f1 } "
							 "3gpp:3300M=5155210300f0 3gpp:3316M{ "
							 "3gpp:3317M{ 3gpp:3321M=00000001 } 3gpp:3320M{ "
							 "3gpp:3321M=00000001 3gpp:3322M=0000000c } } "
							 "3gpp:3323=00000001");
}
END_TEST

START_TEST(any_host_names_none)
{
	struct msg *message = NULL;
	struct avp *host = NULL;

	name_user(DIAMETER_SRR);
	strcpy(slot.request.peer.host, "hss.test");
	ck_assert_int_eq(command_build(&message, &slot, "hss.realm", true), 0);
	fd_msg_search_avp(message, dictionary_avp(0, AVP_DESTINATION_HOST), &host);
	ck_assert_ptr_null(host);
	fd_msg_free(message);
}
END_TEST

START_TEST(session_ids_are_ours_and_differ)
{
	char seen[2][300];
	struct msg *message;
	struct avp *avp;
	struct avp_hdr *header;

	name_user(DIAMETER_SRR);
	for(int i = 0; i < 2; i++) {
		ck_assert_int_eq(command_build(&message, &slot, "", false), 0);
		ck_assert_int_eq(
				fd_msg_browse(message, MSG_BRW_FIRST_CHILD, &avp, NULL), 0);
		ck_assert_int_eq(fd_msg_avp_hdr(avp, &header), 0);
		ck_assert_uint_eq(header->avp_code, AVP_SESSION_ID);
		snprintf(seen[i], sizeof(seen[i]), "%.*s",
				(int)header->avp_value->os.len,
				(const char *)header->avp_value->os.data);
		ck_assert_int_eq(
				strncmp(seen[i], "gateway.test;", strlen("gateway.test;")), 0);
		fd_msg_free(message);
	}
	ck_assert_str_ne(seen[0], seen[1]);
}
END_TEST

/* --- answers to us ----------------------------------------------------------------------- */

static struct avp_writer begin(uint32_t code, bool request)
{
	struct avp_writer w = {NULL, 0};

	ck_assert_int_eq(fd_msg_new(dictionary_command(code, request),
							 MSGFL_ALLOC_ETEID, (struct msg **)&w.into),
			0);
	write_text(&w, 0, AVP_SESSION_ID, "gateway.test;1;1");
	write_text(&w, 0, AVP_ORIGIN_HOST, "hss.test");
	write_text(&w, 0, AVP_ORIGIN_REALM, "hss.realm");
	return w;
}

/* Through octets, as a peer's would come. */
static struct msg *receive(struct avp_writer *w)
{
	uint8_t *octets = NULL;
	size_t len = 0;
	struct msg *message;

	ck_assert_int_eq(w->error, 0);
	ck_assert_int_eq(fd_msg_bufferize(w->into, &octets, &len), 0);
	message = core_parse(octets, len);
	ck_assert_ptr_nonnull(message);
	free(octets);
	fd_msg_free(w->into);
	return message;
}

static void read_answer(struct avp_writer *w, enum diameter_operation operation)
{
	struct msg *answer = receive(w);

	slot.request.operation = (uint8_t)operation;
	command_read_answer(&slot, answer);
	fd_msg_free(answer);
}

static void write_experimental(
		struct avp_writer *w, uint32_t vendor, uint32_t code)
{
	struct avp_writer group;

	write_group(&group, w, 0, AVP_EXPERIMENTAL_RESULT);
	if(vendor)
		write_u32(&group, 0, AVP_VENDOR_ID, vendor);
	write_u32(&group, 0, AVP_EXPERIMENTAL_RESULT_CODE, code);
	write_group_end(&group, w);
}

static void check_answer(
		enum diameter_outcome outcome, uint32_t vendor, uint32_t result)
{
	ck_assert_int_eq(slot.answer.outcome, outcome);
	ck_assert_uint_eq(slot.answer.vendor, vendor);
	ck_assert_uint_eq(slot.answer.result, result);
}

START_TEST(results_of_both_kinds)
{
	struct avp_writer w = begin(COMMAND_USER_DATA, false);

	write_u32(&w, 0, AVP_RESULT_CODE, 5001);
	read_answer(&w, DIAMETER_UDR);
	check_answer(DIAMETER_ANSWERED, 0, 5001);
	ck_assert_str_eq(slot.answer.origin.host, "hss.test");
	ck_assert_str_eq(slot.answer.origin.realm, "hss.realm");

	w = begin(COMMAND_USER_DATA, false);
	write_experimental(&w, TGPP, 5001);
	read_answer(&w, DIAMETER_UDR);
	check_answer(DIAMETER_ANSWERED, TGPP, 5001);

	/* of no vendor: it is one of 3GPP's */
	w = begin(COMMAND_USER_DATA, false);
	write_experimental(&w, 0, 4100);
	read_answer(&w, DIAMETER_UDR);
	check_answer(DIAMETER_ANSWERED, TGPP, 4100);

	w = begin(COMMAND_USER_DATA, false);
	write_u32(&w, 0, AVP_RESULT_CODE, 2001);
	write_experimental(&w, TGPP, 5550);
	read_answer(&w, DIAMETER_UDR);
	check_answer(DIAMETER_ANSWERED, TGPP, 5550);

	w = begin(COMMAND_USER_DATA, false);
	read_answer(&w, DIAMETER_UDR);
	check_answer(DIAMETER_MALFORMED, 0, 0);
}
END_TEST

START_TEST(failed_avp_is_named)
{
	struct avp_writer w = begin(COMMAND_USER_DATA, false), group;

	write_u32(&w, 0, AVP_RESULT_CODE, 5005);
	write_group(&group, &w, 0, AVP_FAILED_AVP);
	write_u32(&group, TGPP, AVP_DATA_REFERENCE, 0);
	write_group_end(&group, &w);
	read_answer(&w, DIAMETER_UDR);
	ck_assert(slot.answer.has & ANSWER_FAILED_AVP);
	ck_assert_uint_eq(slot.answer.failed_avp, AVP_DATA_REFERENCE);
	ck_assert_uint_eq(slot.answer.failed_avp_vendor, TGPP);
}
END_TEST

START_TEST(user_data_fits_or_is_not_there)
{
	static uint8_t data[DIAMETER_USER_DATA_MAX + 1];
	struct avp_writer w;

	memset(data, 'x', sizeof(data));
	for(size_t len = DIAMETER_USER_DATA_MAX; len <= sizeof(data); len++) {
		w = begin(COMMAND_USER_DATA, false);
		write_u32(&w, 0, AVP_RESULT_CODE, 2001);
		write_octets(&w, TGPP, AVP_USER_DATA, data, len);
		read_answer(&w, DIAMETER_UDR);
		check_answer(DIAMETER_ANSWERED, 0, 2001);
		if(len <= DIAMETER_USER_DATA_MAX) {
			ck_assert_uint_eq(slot.user_data_len, len);
			ck_assert_mem_eq(slot.user_data, data, len);
		} else {
			ck_assert_uint_eq(slot.user_data_len, 0);
			ck_assert(slot.answer.has & ANSWER_USER_DATA_CUT);
		}
	}
}
END_TEST

static void write_node(struct avp_writer *w, uint32_t group_code)
{
	struct avp_writer group;

	write_group(&group, w, TGPP, group_code);
	write_text(&group, TGPP, AVP_MME_NAME, "mme.test");
	write_text(&group, TGPP, AVP_MME_REALM, "epc.test");
	write_digits(&group, TGPP, AVP_MSC_NUMBER, "15558880003");
	write_group_end(&group, w);
}

START_TEST(sra_of_every_kind_of_node)
{
	struct avp_writer w = begin(COMMAND_SEND_ROUTING_INFO_FOR_SM, false), group;
	static const enum diameter_node_type types[] = {DIAMETER_NODE_MME,
			DIAMETER_NODE_MSC, DIAMETER_NODE_SGSN, DIAMETER_NODE_SMSF_3GPP,
			DIAMETER_NODE_IP_SM_GW};

	write_u32(&w, 0, AVP_RESULT_CODE, 2001);
	write_text(&w, 0, AVP_USER_NAME, "001010000000001");
	write_node(&w, AVP_SERVING_NODE);
	write_group(&group, &w, TGPP, AVP_ADDITIONAL_SERVING_NODE);
	write_text(&group, TGPP, AVP_SGSN_NAME, "sgsn.test");
	write_text(&group, TGPP, AVP_SGSN_REALM, "epc.test");
	write_digits(&group, TGPP, AVP_SGSN_NUMBER, "15558880002");
	write_group_end(&group, &w);
	write_group(&group, &w, TGPP, AVP_SMSF_3GPP_ADDRESS);
	write_digits(&group, TGPP, AVP_SMSF_3GPP_NUMBER, "15558880004");
	write_text(&group, TGPP, AVP_SMSF_3GPP_NAME, "smsf.test");
	write_text(&group, TGPP, AVP_SMSF_3GPP_REALM, "5gc.test");
	write_group_end(&group, &w);
	write_group(&group, &w, TGPP, AVP_SERVING_NODE);
	write_digits(&group, TGPP, AVP_IP_SM_GW_NUMBER, "15557770001");
	write_text(&group, TGPP, AVP_IP_SM_GW_NAME, "gw.test");
	write_group_end(&group, &w);
	write_u32(&w, TGPP, AVP_MWD_STATUS, MWD_MCEF);
	read_answer(&w, DIAMETER_SRR);
	check_answer(DIAMETER_ANSWERED, 0, 2001);
	ck_assert_str_eq(slot.answer.user_name, "001010000000001");
	ck_assert_int_eq(slot.answer.nodes, 5);
	for(int i = 0; i < 5; i++) {
		ck_assert_int_eq(slot.node[i].type, types[i]);
		ck_assert_int_eq(
				slot.node[i].additional, types[i] == DIAMETER_NODE_SGSN);
	}
	ck_assert_str_eq(slot.node[0].name, "mme.test");
	ck_assert_str_eq(slot.node[1].number, "15558880003");
	ck_assert_str_eq(slot.node[2].number, "15558880002");
	ck_assert_str_eq(slot.node[3].realm, "5gc.test");
	ck_assert_str_eq(slot.node[4].name, "gw.test");
	ck_assert_uint_eq(slot.answer.mwd_status, MWD_MCEF);
}
END_TEST

START_TEST(more_nodes_than_there_is_room_for)
{
	struct avp_writer w = begin(COMMAND_SEND_ROUTING_INFO_FOR_SM, false);

	write_u32(&w, 0, AVP_RESULT_CODE, 2001);
	for(int i = 0; i < 20; i++)
		write_node(&w, AVP_SERVING_NODE);
	read_answer(&w, DIAMETER_SRR);
	ck_assert_int_eq(slot.answer.nodes, DIAMETER_NODES_MAX);
}
END_TEST

START_TEST(texts_and_numbers_that_are_none)
{
	struct avp_writer w = begin(COMMAND_REPORT_SM_DELIVERY_STATUS, false),
					  group;
	char longest[DIAMETER_TEXT_MAX + 2];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	write_u32(&w, 0, AVP_RESULT_CODE, 2001);
	write_text(&w, 0, AVP_USER_NAME, longest);
	write_octets(&w, 0, AVP_USER_NAME, "a\0b", 3);
	write_group(&group, &w, TGPP, AVP_USER_IDENTIFIER);
	write_octets(&group, TGPP, AVP_MSISDN, "\xab\xcd", 2);
	write_group_end(&group, &w);
	read_answer(&w, DIAMETER_RDR);
	check_answer(DIAMETER_ANSWERED, 0, 2001);
	ck_assert_str_eq(slot.answer.user_name, "");
	ck_assert_str_eq(slot.answer.msisdn, "");

	w = begin(COMMAND_REPORT_SM_DELIVERY_STATUS, false);
	write_u32(&w, 0, AVP_RESULT_CODE, 2001);
	longest[DIAMETER_TEXT_MAX] = '\0';
	write_text(&w, 0, AVP_USER_NAME, longest);
	write_group(&group, &w, TGPP, AVP_USER_IDENTIFIER);
	write_digits(&group, TGPP, AVP_MSISDN, "15550000009");
	write_group_end(&group, &w);
	read_answer(&w, DIAMETER_RDR);
	ck_assert_str_eq(slot.answer.user_name, longest);
	ck_assert_str_eq(slot.answer.msisdn, "15550000009");
}
END_TEST

/* --- requests to us ------------------------------------------------------------------------ */

static uint32_t read_pnr(uint32_t *vendor, uint32_t identity_code,
		const char *identity, const char *data)
{
	struct avp_writer w = begin(COMMAND_PUSH_NOTIFICATION, true), group;
	struct msg *request;
	uint32_t result;

	write_group(&group, &w, TGPP, AVP_USER_IDENTITY);
	if(identity_code == AVP_MSISDN)
		write_digits(&group, TGPP, identity_code, identity);
	else
		write_text(&group, TGPP, identity_code, identity);
	write_group_end(&group, &w);
	write_octets(&w, TGPP, AVP_USER_DATA, data, strlen(data));
	request = receive(&w);
	memset(&slot, 0, sizeof(slot));
	result = command_read_request(vendor, &slot, request);
	fd_msg_free(request);
	return result;
}

START_TEST(pnr)
{
	uint32_t vendor;

	ck_assert_uint_eq(
			read_pnr(&vendor, AVP_PUBLIC_IDENTITY, "sip:a@ims.test", "<x/>"),
			0);
	ck_assert_int_eq(slot.request.operation, DIAMETER_PNR);
	ck_assert_int_eq(slot.request.identity_type, DIAMETER_IMPU);
	ck_assert_str_eq(slot.request.identity, "sip:a@ims.test");
	ck_assert_str_eq(slot.request.peer.host, "hss.test");
	ck_assert_uint_eq(slot.user_data_len, 4);
	ck_assert_uint_eq(read_pnr(&vendor, AVP_MSISDN, "15550000001", "<x/>"), 0);
	ck_assert_int_eq(slot.request.identity_type, DIAMETER_MSISDN);
	ck_assert_str_eq(slot.request.identity, "15550000001");
	ck_assert_uint_eq(
			read_pnr(&vendor, AVP_EXTERNAL_IDENTIFIER, "a@b", "<x/>"), 0);
	ck_assert_int_eq(slot.request.identity_type, DIAMETER_EXTERNAL_IDENTIFIER);
}
END_TEST

START_TEST(pnr_that_is_refused)
{
	uint32_t vendor;

	ck_assert_uint_eq(read_pnr(&vendor, AVP_PUBLIC_IDENTITY, "", "<x/>"),
			DIAMETER_INVALID_AVP_VALUE);
	ck_assert_uint_eq(vendor, 0);
	ck_assert_uint_eq(read_pnr(&vendor, AVP_PUBLIC_IDENTITY, "sip:a", ""),
			DIAMETER_ERROR_USER_DATA_NOT_RECOGNIZED);
	ck_assert_uint_eq(vendor, TGPP);
}
END_TEST

START_TEST(what_is_not_served_is_unsupported)
{
	struct avp_writer w = begin(COMMAND_USER_DATA, true);
	struct msg *request = receive(&w);
	uint32_t vendor;

	ck_assert_uint_eq(command_read_request(&vendor, &slot, request),
			DIAMETER_COMMAND_UNSUPPORTED);
	fd_msg_free(request);
}
END_TEST

static void check_reply(
		struct diameter_answer answer, uint8_t flags, const char *expected)
{
	struct avp_writer w = begin(COMMAND_PUSH_NOTIFICATION, true);
	struct msg *message = w.into;

	ck_assert_int_eq(command_build_reply(&message, DIAMETER_PNR, &answer), 0);
	check_message(message, 309, APPLICATION_SH, flags, expected);
}

START_TEST(replies)
{
	check_reply((struct diameter_answer){.result = DIAMETER_SUCCESS},
			CMD_FLAG_PROXIABLE,
			"263M=id 260M{ 266M=000028af 258M=01000001 } 268M=000007d1 "
			"277M=00000001 264M=gateway.test 296M=ims.test");
	check_reply((struct diameter_answer){.result = 5107, .vendor = TGPP},
			CMD_FLAG_PROXIABLE,
			"263M=id 260M{ 266M=000028af 258M=01000001 } 297M{ "
			"266M=000028af 298M=000013f3 } 277M=00000001 264M=gateway.test "
			"296M=ims.test");
	check_reply((struct diameter_answer){.result = DIAMETER_TOO_BUSY},
			CMD_FLAG_PROXIABLE | CMD_FLAG_ERROR,
			"263M=id 264M=gateway.test 296M=ims.test 268M=00000bbc");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("command");
	TCase *tests = tcase_create("command");

	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, start, NULL);
	tcase_add_test(tests, pur);
	tcase_add_test(tests, udr);
	tcase_add_test(tests, snr);
	tcase_add_test(tests, srr);
	tcase_add_test(tests, rdr);
	tcase_add_test(tests, any_host_names_none);
	tcase_add_test(tests, session_ids_are_ours_and_differ);
	tcase_add_test(tests, results_of_both_kinds);
	tcase_add_test(tests, failed_avp_is_named);
	tcase_add_test(tests, user_data_fits_or_is_not_there);
	tcase_add_test(tests, sra_of_every_kind_of_node);
	tcase_add_test(tests, more_nodes_than_there_is_room_for);
	tcase_add_test(tests, texts_and_numbers_that_are_none);
	tcase_add_test(tests, pnr);
	tcase_add_test(tests, pnr_that_is_refused);
	tcase_add_test(tests, what_is_not_served_is_unsupported);
	tcase_add_test(tests, replies);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
