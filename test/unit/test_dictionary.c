/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter dictionary in a real libfdcore: every AVP against the listing diameter-avps.txt, commands, rules, and that it goes
 * together with the dictionaries of freeDiameter. Each test has a libfdcore of its own, for Check forks.
 */
#include "unit.h"

#include <dlfcn.h>
#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "diameter/dictionary.h"

#define LISTING "test/unit/diameter-avps.txt"
#define EXTENSIONS "/usr/lib/freeDiameter/"
#define CODE_MAX 4000

struct listed
{
	unsigned vendor, code;
	char type[32];
	char mandatory;
};

static const struct
{
	const char *listed;
	enum dict_avp_basetype base;
	const char *type; /* NULL: none of its own needed */
} types[] = {
		{"Grouped", AVP_TYPE_GROUPED, NULL},
		{"OctetString", AVP_TYPE_OCTETSTRING, NULL},
		{"UTF8String", AVP_TYPE_OCTETSTRING, "UTF8String"},
		{"DiameterIdentity", AVP_TYPE_OCTETSTRING, "DiameterIdentity"},
		{"DiameterURI", AVP_TYPE_OCTETSTRING, "DiameterURI"},
		{"Time", AVP_TYPE_OCTETSTRING, "Time"},
		{"Enumerated", AVP_TYPE_INTEGER32, NULL},
		{"Unsigned32", AVP_TYPE_UNSIGNED32, NULL},
		{"Unsigned64", AVP_TYPE_UNSIGNED64, NULL},
};

/* libfdcore's own objects live as long as the process: they are no leak of ours */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void quiet(int level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
}

static void core(void)
{
	fd_log_handler_register(quiet);
	ck_assert_int_eq(fd_core_initialize(), 0);
}

static void extension(const char *name)
{
	char path[256];
	void *handle;
	int (*init)(int major, int minor, char *conf);

	snprintf(path, sizeof(path), EXTENSIONS "%s.fdx", name);
	handle = dlopen(path, RTLD_NOW);
	ck_assert_msg(handle != NULL, "%s", dlerror());
	*(void **)&init = dlsym(handle, "fd_ext_init");
	ck_assert_msg(init != NULL, "%s", dlerror());
	ck_assert_int_eq(
			init(FD_PROJECT_VERSION_MAJOR, FD_PROJECT_VERSION_MINOR, NULL), 0);
}

static bool next_listed(struct listed *out, FILE *listing)
{
	char line[256];

	while(fgets(line, sizeof(line), listing)) {
		if(line[0] == '#')
			continue;
		ck_assert_msg(sscanf(line, "%u %u %31s %c", &out->vendor, &out->code,
							  out->type, &out->mandatory)
							  == 4,
				"not a line of the listing: %s", line);
		return true;
	}
	return false;
}

/* Call check for each AVP listed; returns how many. */
static unsigned each_listed(void (*check)(const struct listed *))
{
	FILE *listing = fopen(LISTING, "r");
	struct listed listed;
	unsigned count = 0;

	ck_assert_msg(listing != NULL, LISTING ": run from the top folder");
	while(next_listed(&listed, listing)) {
		check(&listed);
		count++;
	}
	fclose(listing);
	return count;
}

static size_t type_of(const struct listed *listed)
{
	for(size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if(strcmp(types[i].listed, listed->type) == 0)
			return i;
	ck_abort_msg("unknown type %s", listed->type);
	return 0;
}

static void get_avp(struct dict_avp_data *out, const struct listed *listed)
{
	struct dict_object *avp = dictionary_avp(listed->vendor, listed->code);

	ck_assert_msg(avp != NULL, "%u of vendor %u: not there", listed->code,
			listed->vendor);
	ck_assert_int_eq(fd_dict_getval(avp, out), 0);
	ck_assert_uint_eq(out->avp_code, listed->code);
	ck_assert_uint_eq(out->avp_vendor, listed->vendor);
}

static void check_type_name(const struct listed *listed, const char *expected)
{
	struct dict_object *avp = dictionary_avp(listed->vendor, listed->code);
	struct dict_object *type = NULL;
	struct dict_type_data data;

	ck_assert_int_eq(fd_dict_search(fd_g_config->cnf_dict, DICT_TYPE,
							 TYPE_OF_AVP, avp, &type, ENOENT),
			0);
	ck_assert_int_eq(fd_dict_getval(type, &data), 0);
	ck_assert_msg(strcmp(data.type_name, expected) == 0,
			"%u: expected %s, seen %s", listed->code, expected, data.type_name);
}

static void check_exact(const struct listed *listed)
{
	size_t type = type_of(listed);
	struct dict_avp_data data;

	get_avp(&data, listed);
	ck_assert_msg(data.avp_basetype == types[type].base,
			"%u of vendor %u: base type %d", listed->code, listed->vendor,
			data.avp_basetype);
	if(types[type].type)
		check_type_name(listed, types[type].type);
	ck_assert_msg(
			!!(data.avp_flag_val & AVP_FLAG_VENDOR) == (listed->vendor != 0),
			"%u: V bit", listed->code);
	ck_assert_msg(!!(data.avp_flag_val & AVP_FLAG_MANDATORY)
						  == (listed->mandatory == 'M'),
			"%u of vendor %u: M bit, expected %c", listed->code, listed->vendor,
			listed->mandatory);
}

/* What a message gets, whoever defined the AVP. */
static void check_new(const struct listed *listed)
{
	struct avp *avp = NULL;
	struct avp_hdr *header;

	ck_assert_int_eq(dictionary_avp_new(&avp, listed->vendor, listed->code), 0);
	ck_assert_int_eq(fd_msg_avp_hdr(avp, &header), 0);
	ck_assert_uint_eq(header->avp_code, listed->code);
	ck_assert_uint_eq(header->avp_vendor, listed->vendor);
	ck_assert_msg(
			header->avp_flags
					== ((listed->vendor ? AVP_FLAG_VENDOR : 0)
							| (listed->mandatory == 'M' ? AVP_FLAG_MANDATORY
														: 0)),
			"%u of vendor %u: flags %02x", listed->code, listed->vendor,
			header->avp_flags);
	fd_msg_free(avp);
}

START_TEST(every_avp_is_as_listed)
{
	core();
	ck_assert_int_eq(dictionary_load(), 0);
	each_listed(check_exact);
	each_listed(check_new);
}
END_TEST

START_TEST(no_avp_is_unlisted)
{
	unsigned defined = 0;

	core();
	ck_assert_int_eq(dictionary_load(), 0);
	for(unsigned code = 0; code < CODE_MAX; code++)
		defined += (dictionary_avp(VENDOR_IETF, code) != NULL)
				   + (dictionary_avp(VENDOR_3GPP, code) != NULL);
	ck_assert_uint_eq(defined, each_listed(check_new));
	ck_assert_ptr_null(dictionary_avp(VENDOR_3GPP, AVP_SESSION_ID));
	ck_assert_ptr_null(dictionary_avp(9, AVP_MSISDN));
}
END_TEST

START_TEST(twice_is_once)
{
	struct dict_object *msisdn, *pur;

	core();
	ck_assert_int_eq(dictionary_load(), 0);
	msisdn = dictionary_avp(VENDOR_3GPP, AVP_MSISDN);
	pur = dictionary_command(COMMAND_PROFILE_UPDATE, true);
	ck_assert_int_eq(dictionary_load(), 0);
	ck_assert_ptr_eq(dictionary_avp(VENDOR_3GPP, AVP_MSISDN), msisdn);
	ck_assert_ptr_eq(dictionary_command(COMMAND_PROFILE_UPDATE, true), pur);
	each_listed(check_exact);
}
END_TEST

START_TEST(beside_dict_dcca_3gpp)
{
	struct dict_avp_request by_code = {
			.avp_vendor = VENDOR_3GPP, .avp_code = AVP_USER_DATA};
	struct dict_object *theirs = NULL;

	core();
	extension("dict_nasreq");
	extension("dict_dcca");
	extension("dict_dcca_3gpp");
	ck_assert_int_eq(fd_dict_search(fd_g_config->cnf_dict, DICT_AVP,
							 AVP_BY_CODE_AND_VENDOR, &by_code, &theirs, ENOENT),
			0);
	ck_assert_int_eq(dictionary_load(), 0);
	ck_assert_ptr_eq(dictionary_avp(VENDOR_3GPP, AVP_USER_DATA), theirs);
	each_listed(check_new);
}
END_TEST

START_TEST(a_foreign_definition_of_another_type_is_refused)
{
	struct dict_vendor_data vendor = {VENDOR_3GPP, (char *)"Other"};
	struct dict_avp_data msisdn = {AVP_MSISDN, VENDOR_3GPP, (char *)"Number",
			AVP_FLAG_VENDOR, AVP_FLAG_VENDOR, AVP_TYPE_UNSIGNED32};
	struct dict_object *object;

	core();
	ck_assert_int_eq(fd_dict_new(fd_g_config->cnf_dict, DICT_VENDOR, &vendor,
							 NULL, &object),
			0);
	ck_assert_int_eq(fd_dict_new(fd_g_config->cnf_dict, DICT_AVP, &msisdn, NULL,
							 &object),
			0);
	ck_assert_int_eq(dictionary_load(), -1);
}
END_TEST

struct expected_command
{
	uint32_t application, code;
	const char *abbreviation;
};

START_TEST(every_command_is_of_its_application)
{
	static const struct expected_command expected[] = {
			{16777217, 306, "UDR"},
			{16777217, 307, "PUR"},
			{16777217, 308, "SNR"},
			{16777217, 309, "PNR"},
			{16777313, 8388645, "OFR"},
			{16777313, 8388646, "TFR"},
			{16777312, 8388647, "SRR"},
			{16777312, 8388648, "ALR"},
			{16777312, 8388649, "RDR"},
	};

	core();
	ck_assert_int_eq(dictionary_load(), 0);
	for(size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct msg *msg = NULL;
		struct msg_hdr *header;

		ck_assert_str_eq(diameter_command_name(expected[i].code, true),
				expected[i].abbreviation);
		ck_assert_int_eq(
				fd_msg_new(dictionary_command(expected[i].code, true), 0, &msg),
				0);
		ck_assert_int_eq(fd_msg_hdr(msg, &header), 0);
		ck_assert_uint_eq(header->msg_code, expected[i].code);
		ck_assert_uint_eq(header->msg_appl, expected[i].application);
		ck_assert_uint_eq(
				header->msg_flags, CMD_FLAG_REQUEST | CMD_FLAG_PROXIABLE);
		fd_msg_free(msg);
		ck_assert_ptr_nonnull(dictionary_command(expected[i].code, false));
		ck_assert_ptr_nonnull(dictionary_application(expected[i].application));
	}
	ck_assert_ptr_null(dictionary_command(300, true));
	ck_assert_ptr_null(dictionary_application(16777251));
}
END_TEST

static void add_empty(struct msg *msg, uint32_t vendor, uint32_t code)
{
	struct avp *avp = NULL;

	ck_assert_int_eq(dictionary_avp_new(&avp, vendor, code), 0);
	ck_assert_int_eq(fd_msg_avp_add(msg, MSG_BRW_LAST_CHILD, avp), 0);
}

/* The error code that libfdcore finds by the rules; NULL: none. */
static const char *broken_rule(struct msg *msg)
{
	struct fd_pei pei = {0};
	int result = fd_msg_parse_rules(msg, fd_g_config->cnf_dict, &pei);

	ck_assert(result == 0 || pei.pei_errcode != NULL);
	return result ? pei.pei_errcode : NULL;
}

START_TEST(a_request_is_held_to_its_grammar)
{
	static const uint32_t head[] = {AVP_SESSION_ID, AVP_AUTH_SESSION_STATE,
			AVP_ORIGIN_HOST, AVP_ORIGIN_REALM, AVP_DESTINATION_REALM};
	struct msg *msg = NULL;

	core();
	ck_assert_int_eq(dictionary_load(), 0);
	ck_assert_int_eq(
			fd_msg_new(
					dictionary_command(COMMAND_REPORT_SM_DELIVERY_STATUS, true),
					0, &msg),
			0);
	for(size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		add_empty(msg, VENDOR_IETF, head[i]);
	add_empty(msg, VENDOR_3GPP, AVP_USER_IDENTIFIER);
	add_empty(msg, VENDOR_3GPP, AVP_SC_ADDRESS);
	ck_assert_str_eq(broken_rule(msg), "DIAMETER_MISSING_AVP");
	add_empty(msg, VENDOR_3GPP, AVP_SM_DELIVERY_OUTCOME);
	ck_assert_ptr_null(broken_rule(msg));
	add_empty(msg, VENDOR_3GPP, AVP_RDR_FLAGS);
	ck_assert_ptr_null(broken_rule(msg));
	add_empty(msg, VENDOR_3GPP, AVP_RDR_FLAGS);
	ck_assert_str_eq(broken_rule(msg), "DIAMETER_AVP_OCCURS_TOO_MANY_TIMES");
	fd_msg_free(msg);
}
END_TEST

START_TEST(an_answer_may_be_odd)
{
	static const uint32_t odd[] = {AVP_SESSION_ID, AVP_ORIGIN_HOST,
			AVP_ORIGIN_REALM, AVP_USER_NAME, AVP_USER_NAME};
	struct msg *msg = NULL;

	core();
	ck_assert_int_eq(dictionary_load(), 0);
	ck_assert_int_eq(
			fd_msg_new(
					dictionary_command(COMMAND_SEND_ROUTING_INFO_FOR_SM, false),
					0, &msg),
			0);
	for(size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		add_empty(msg, VENDOR_IETF, odd[i]);
	ck_assert_ptr_null(broken_rule(msg));
	fd_msg_free(msg);
}
END_TEST

START_TEST(results_have_the_names_of_the_standards)
{
	ck_assert_str_eq(diameter_result_name(0, 5001), "DIAMETER_AVP_UNSUPPORTED");
	ck_assert_str_eq(
			diameter_result_name(10415, 5001), "DIAMETER_ERROR_USER_UNKNOWN");
	ck_assert_str_eq(diameter_result_name(0, 2001), "DIAMETER_SUCCESS");
	ck_assert_str_eq(
			diameter_result_name(10415, 5558), "DIAMETER_ERROR_MWD_LIST_FULL");
	ck_assert_str_eq(diameter_result_name(10415, 4100),
			"DIAMETER_USER_DATA_NOT_AVAILABLE");
	ck_assert_str_eq(diameter_result_name(10415, 2001), "UNKNOWN");
	ck_assert_str_eq(diameter_result_name(0, 5550), "UNKNOWN");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dictionary");
	TCase *tests = tcase_create("dictionary");

	tcase_set_timeout(tests, 30);
	tcase_add_test(tests, every_avp_is_as_listed);
	tcase_add_test(tests, no_avp_is_unlisted);
	tcase_add_test(tests, twice_is_once);
	tcase_add_test(tests, beside_dict_dcca_3gpp);
	tcase_add_test(tests, a_foreign_definition_of_another_type_is_refused);
	tcase_add_test(tests, every_command_is_of_its_application);
	tcase_add_test(tests, a_request_is_held_to_its_grammar);
	tcase_add_test(tests, an_answer_may_be_odd);
	tcase_add_test(tests, results_have_the_names_of_the_standards);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
