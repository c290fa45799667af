/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables of dictionary_rows.c made objects of libfdcore: see dictionary.h.
 *
 * What is there already is found by its code, never by its name, for names differ between versions.
 */
#include "dictionary.h"

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "dictionary_rows.h"

#define ANY_NUMBER (-1)

/* What libfdcore calls our kinds; a type of its own only adds how a value is shown. */
static const struct
{
	enum dict_avp_basetype base;
	const char *type;
} kinds[] = {
		[AVP_KIND_GROUPED] = {AVP_TYPE_GROUPED, NULL},
		[AVP_KIND_OCTETS] = {AVP_TYPE_OCTETSTRING, NULL},
		[AVP_KIND_UTF8] = {AVP_TYPE_OCTETSTRING, "UTF8String"},
		[AVP_KIND_IDENTITY] = {AVP_TYPE_OCTETSTRING, "DiameterIdentity"},
		[AVP_KIND_URI] = {AVP_TYPE_OCTETSTRING, "DiameterURI"},
		[AVP_KIND_TIME] = {AVP_TYPE_OCTETSTRING, "Time"},
		[AVP_KIND_ENUMERATED] = {AVP_TYPE_INTEGER32, NULL},
		[AVP_KIND_UNSIGNED32] = {AVP_TYPE_UNSIGNED32, NULL},
		[AVP_KIND_UNSIGNED64] = {AVP_TYPE_UNSIGNED64, NULL},
};

/* the objects, row by row */
static struct dict_object *vendor_3gpp;
static struct dict_object *applications[APPLICATION_ROWS];
static struct dict_object *avps[AVP_ROWS];
static struct dict_object *requests[COMMAND_ROWS];
static struct dict_object *answers[COMMAND_ROWS];

static struct dict_object *find(
		enum dict_object_type type, int criteria, const void *what)
{
	struct dict_object *found = NULL;

	if(fd_dict_search(
			   fd_g_config->cnf_dict, type, criteria, what, &found, ENOENT))
		return NULL;
	return found;
}

static struct dict_object *define(enum dict_object_type type, void *data,
		struct dict_object *parent, const char *name)
{
	struct dict_object *made = NULL;
	int error = fd_dict_new(fd_g_config->cnf_dict, type, data, parent, &made);

	if(error) {
		LOG_E("ipsmgw: %s cannot be defined: %s", name, strerror(error));
		return NULL;
	}
	return made;
}

static int load_vendor(void)
{
	vendor_id_t id = VENDOR_3GPP;
	struct dict_vendor_data data = {VENDOR_3GPP, (char *)"3GPP"};

	vendor_3gpp = find(DICT_VENDOR, VENDOR_BY_ID, &id);
	if(!vendor_3gpp)
		vendor_3gpp = define(DICT_VENDOR, &data, NULL, "vendor 3GPP");
	return vendor_3gpp ? 0 : -1;
}

static struct dict_object *load_application(const struct application_row *row)
{
	application_id_t id = row->id;
	struct dict_application_data data = {row->id, (char *)row->name};
	struct dict_object *found = find(DICT_APPLICATION, APPLICATION_BY_ID, &id);

	return found ? found
				 : define(DICT_APPLICATION, &data, vendor_3gpp, row->name);
}

static struct dict_object *load_command(
		const struct command_row *row, bool request)
{
	command_code_t code = row->code;
	const char *name = request ? row->request : row->answer;
	struct dict_cmd_data data = {row->code, (char *)name,
			CMD_FLAG_REQUEST | CMD_FLAG_PROXIABLE, CMD_FLAG_PROXIABLE};
	struct dict_object *found =
			find(DICT_COMMAND, request ? CMD_BY_CODE_R : CMD_BY_CODE_A, &code);

	if(found)
		return found;
	if(request) {
		data.cmd_flag_mask |= CMD_FLAG_ERROR;
		data.cmd_flag_val |= CMD_FLAG_REQUEST;
	}
	return define(DICT_COMMAND, &data, dictionary_application(row->application),
			name);
}

/* The values of a foreign definition lie where ours would: 32-bit numbers are as good signed as unsigned. */
static bool same_storage(enum dict_avp_basetype a, enum dict_avp_basetype b)
{
	static const int storage[] = {
			[AVP_TYPE_GROUPED] = 0,
			[AVP_TYPE_OCTETSTRING] = 1,
			[AVP_TYPE_INTEGER32] = 2,
			[AVP_TYPE_UNSIGNED32] = 2,
			[AVP_TYPE_INTEGER64] = 3,
			[AVP_TYPE_UNSIGNED64] = 3,
			[AVP_TYPE_FLOAT32] = 4,
			[AVP_TYPE_FLOAT64] = 5,
	};

	return storage[a] == storage[b];
}

static struct dict_object *accept_avp(
		struct dict_object *found, const struct avp_row *row)
{
	struct dict_avp_data data;

	if(fd_dict_getval(found, &data) == 0
			&& same_storage(data.avp_basetype, kinds[row->kind].base))
		return found;
	LOG_E("ipsmgw: AVP %u of vendor %u is defined with another type than %s "
		  "has",
			row->code, row->vendor, row->name);
	return NULL;
}

static struct dict_object *load_avp(const struct avp_row *row)
{
	struct dict_avp_request by_code = {
			.avp_vendor = row->vendor, .avp_code = row->code};
	const char *type = kinds[row->kind].type;
	struct dict_avp_data data = {row->code, row->vendor, (char *)row->name,
			AVP_FLAG_VENDOR | AVP_FLAG_MANDATORY,
			(row->vendor ? AVP_FLAG_VENDOR : 0)
					| (row->mandatory ? AVP_FLAG_MANDATORY : 0),
			kinds[row->kind].base};
	struct dict_object *found =
			find(DICT_AVP, AVP_BY_CODE_AND_VENDOR, &by_code);

	if(found)
		return accept_avp(found, row);
	return define(DICT_AVP, &data,
			type ? find(DICT_TYPE, TYPE_BY_NAME, type) : NULL, row->name);
}

static int load_rule(struct dict_object *parent, const struct rule_row *row)
{
	/* position and the most there may be; libfdcore derives the least from the position */
	static const struct
	{
		enum rule_position position;
		int most;
	} presences[] = {
			[FIRST] = {RULE_FIXED_HEAD, 1},
			[ONE] = {RULE_REQUIRED, 1},
			[MAYBE] = {RULE_OPTIONAL, 1},
			[SOME] = {RULE_REQUIRED, ANY_NUMBER},
	};
	struct dict_object *avp = dictionary_avp(row->vendor, row->code);
	struct dict_rule_request request = {parent, avp};
	struct dict_rule_data data = {avp, presences[row->presence].position,
			row->presence == FIRST ? 1 : 0, -1, presences[row->presence].most};

	if(find(DICT_RULE, RULE_BY_AVP_AND_PARENT, &request))
		return 0;
	return define(DICT_RULE, &data, parent, "a rule") ? 0 : -1;
}

static int load_rules(struct dict_object *parent, const struct rule_row *rows)
{
	for(; rows->presence != PRESENCE_END; rows++)
		if(load_rule(parent, rows))
			return -1;
	return 0;
}

static int load_commands(void)
{
	size_t i;

	for(i = 0; i < COMMAND_ROWS; i++) {
		requests[i] = load_command(&command_rows[i], true);
		answers[i] = load_command(&command_rows[i], false);
		if(!requests[i] || !answers[i] || load_rules(requests[i], request_rules)
				|| load_rules(requests[i], command_rows[i].rules)
				|| load_rules(answers[i], answer_rules))
			return -1;
	}
	return 0;
}

int dictionary_load(void)
{
	size_t i;

	if(load_vendor())
		return -1;
	for(i = 0; i < APPLICATION_ROWS; i++)
		if(!(applications[i] = load_application(&application_rows[i])))
			return -1;
	for(i = 0; i < AVP_ROWS; i++)
		if(!(avps[i] = load_avp(&avp_rows[i])))
			return -1;
	for(i = 0; i < GROUP_ROWS; i++)
		if(load_rules(dictionary_avp(VENDOR_3GPP, group_rows[i].code),
				   group_rows[i].rules))
			return -1;
	return load_commands();
}

static int compare_rows(const void *left, const void *right)
{
	const struct avp_row *a = left, *b = right;

	if(a->vendor != b->vendor)
		return a->vendor < b->vendor ? -1 : 1;
	return a->code < b->code ? -1 : a->code > b->code;
}

static const struct avp_row *find_row(uint32_t vendor, uint32_t code)
{
	struct avp_row key = {.vendor = vendor, .code = code};

	return bsearch(&key, avp_rows, AVP_ROWS, sizeof(avp_rows[0]), compare_rows);
}

struct dict_object *dictionary_avp(uint32_t vendor, uint32_t code)
{
	const struct avp_row *row = find_row(vendor, code);

	return row ? avps[row - avp_rows] : NULL;
}

struct dict_object *dictionary_command(uint32_t code, bool request)
{
	for(size_t i = 0; i < COMMAND_ROWS; i++)
		if(command_rows[i].code == code)
			return request ? requests[i] : answers[i];
	return NULL;
}

struct dict_object *dictionary_application(uint32_t id)
{
	for(size_t i = 0; i < APPLICATION_ROWS; i++)
		if(application_rows[i].id == id)
			return applications[i];
	return NULL;
}

struct dict_object *dictionary_vendor_3gpp(void)
{
	return vendor_3gpp;
}

int dictionary_avp_new(struct avp **out, uint32_t vendor, uint32_t code)
{
	const struct avp_row *row = find_row(vendor, code);
	struct avp_hdr *header;
	int error;

	if(!row || !avps[row - avp_rows])
		return ENOENT;
	error = fd_msg_avp_new(avps[row - avp_rows], 0, out);
	if(error)
		return error;
	error = fd_msg_avp_hdr(*out, &header);
	if(error) {
		fd_msg_free(*out);
		*out = NULL;
		return error;
	}
	header->avp_flags &= (uint8_t)~AVP_FLAG_MANDATORY;
	if(row->mandatory)
		header->avp_flags |= AVP_FLAG_MANDATORY;
	return 0;
}
