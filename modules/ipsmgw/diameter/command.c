/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What all commands have in common: see command.h. RFC 6733 with the profile of TS 29.329 5 and TS 29.338 5.2, 6.2.
 */
#include "command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "avp_read.h"
#include "avp_write.h"
#include "dictionary.h"
#include "s6c.h"
#include "sh.h"

#define SESSION_ID_MAX (DIAMETER_TEXT_MAX + 64)

struct command
{
	uint32_t code;
	uint32_t application;
	/* ours: the body of the request, EINVAL in the writer when something is missing; the fields of the answer */
	void (*write)(struct avp_writer *w, const struct slot *slot);
	const struct field *answer;
	/* to us: the fields of the request; what is wrong with what was read */
	const struct field *request;
	uint32_t (*check)(uint32_t *vendor, const struct slot *slot);
};

#define OURS(number, app, body, fields)                          \
	{                                                            \
		.code = (number), .application = (app), .write = (body), \
		.answer = (fields)                                       \
	}
#define TO_US(number, app, fields, look)                             \
	{                                                                \
		.code = (number), .application = (app), .request = (fields), \
		.check = (look)                                              \
	}

static const struct command commands[DIAMETER_OPERATIONS] = {
		[DIAMETER_PUR] = OURS(COMMAND_PROFILE_UPDATE, APPLICATION_SH,
				sh_write_pur, sh_answer_fields),
		[DIAMETER_UDR] = OURS(COMMAND_USER_DATA, APPLICATION_SH, sh_write_udr,
				sh_answer_fields),
		[DIAMETER_SNR] = OURS(COMMAND_SUBSCRIBE_NOTIFICATIONS, APPLICATION_SH,
				sh_write_snr, sh_answer_fields),
		[DIAMETER_PNR] = TO_US(COMMAND_PUSH_NOTIFICATION, APPLICATION_SH,
				sh_pnr_fields, sh_check_pnr),
		[DIAMETER_SRR] = OURS(COMMAND_SEND_ROUTING_INFO_FOR_SM, APPLICATION_S6C,
				s6c_write_srr, s6c_answer_fields),
		[DIAMETER_RDR] = OURS(COMMAND_REPORT_SM_DELIVERY_STATUS,
				APPLICATION_S6C, s6c_write_rdr, s6c_answer_fields),
};

/* --- requests of ours --------------------------------------------------------- */

/* RFC 6733 8.8. Not by a session of libfdcore: it would be kept in two lists under two locks for a request that has none. The
 * process number tells two processes apart that began in the same second. */
static void write_session_id(struct avp_writer *w)
{
	static uint64_t began, count;
	char text[SESSION_ID_MAX];
	uint64_t high = __atomic_load_n(&began, __ATOMIC_RELAXED);
	uint64_t low = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);

	if(high == 0) {
		high = (uint64_t)time(NULL);
		__atomic_store_n(&began, high, __ATOMIC_RELAXED);
	}
	snprintf(text, sizeof(text), "%s;%" PRIu32 ";%" PRIu32 ";%" PRIx32,
			fd_g_config->cnf_diamid, (uint32_t)(high + (low >> 32)),
			(uint32_t)low, (uint32_t)getpid());
	write_text(w, VENDOR_IETF, AVP_SESSION_ID, text);
}

static void write_application(struct avp_writer *w, uint32_t application)
{
	struct avp_writer group;

	write_group(&group, w, VENDOR_IETF, AVP_VENDOR_SPECIFIC_APPLICATION_ID);
	write_u32(&group, VENDOR_IETF, AVP_VENDOR_ID, VENDOR_3GPP);
	write_u32(&group, VENDOR_IETF, AVP_AUTH_APPLICATION_ID, application);
	write_group_end(&group, w);
}

static void write_identity(struct avp_writer *w)
{
	write_text(w, VENDOR_IETF, AVP_ORIGIN_HOST, fd_g_config->cnf_diamid);
	write_text(w, VENDOR_IETF, AVP_ORIGIN_REALM, fd_g_config->cnf_diamrlm);
}

static void write_origin(struct avp_writer *w)
{
	write_u32(w, VENDOR_IETF, AVP_AUTH_SESSION_STATE, NO_STATE_MAINTAINED);
	write_identity(w);
}

static void write_destination(struct avp_writer *w,
		const struct diameter_host *peer, const char *realm, bool any_host)
{
	if(peer->realm[0])
		realm = peer->realm;
	else if(!realm || !*realm)
		realm = fd_g_config->cnf_diamrlm;
	if(!any_host)
		write_text(w, VENDOR_IETF, AVP_DESTINATION_HOST, peer->host);
	write_text(w, VENDOR_IETF, AVP_DESTINATION_REALM, realm);
}

int command_build(struct msg **out, const struct slot *slot, const char *realm,
		bool any_host)
{
	const struct diameter_request *request = &slot->request;
	const struct command *command;
	struct avp_writer w = {NULL, 0};

	if(request->operation >= DIAMETER_OPERATIONS
			|| !commands[request->operation].write)
		return EINVAL;
	command = &commands[request->operation];
	w.error = fd_msg_new(dictionary_command(command->code, true),
			MSGFL_ALLOC_ETEID, (struct msg **)&w.into);
	if(w.error)
		return w.error;
	write_session_id(&w);
	write_application(&w, command->application);
	write_origin(&w);
	write_destination(&w, &request->peer, realm, any_host);
	command->write(&w, slot);
	if(w.error)
		fd_msg_free(w.into);
	else
		*out = w.into;
	return w.error;
}

/* --- answers to us ------------------------------------------------------------ */

struct result
{
	uint32_t has;
	uint32_t code;
	uint32_t vendor;
	uint32_t experimental;
};

enum
{
	HAS_CODE = 1 << 0,
	HAS_EXPERIMENTAL = 1 << 1
};

static const struct field experimental_fields[] = {
		FIELD(U32, VENDOR_IETF, AVP_VENDOR_ID, offsetof(struct result, vendor)),
		FIELD_BIT(U32, VENDOR_IETF, AVP_EXPERIMENTAL_RESULT_CODE,
				offsetof(struct result, experimental),
				offsetof(struct result, has), HAS_EXPERIMENTAL),
		FIELDS_END,
};

static const struct field result_fields[] = {
		FIELD_BIT(U32, VENDOR_IETF, AVP_RESULT_CODE,
				offsetof(struct result, code), offsetof(struct result, has),
				HAS_CODE),
		FIELD_OF(VENDOR_IETF, AVP_EXPERIMENTAL_RESULT, experimental_fields),
		FIELDS_END,
};

bool command_read_result(uint32_t *result, uint32_t *vendor, struct msg *answer)
{
	struct result read = {0, 0, 0, 0};

	read_fields(&read, answer, result_fields);
	if(read.has & HAS_EXPERIMENTAL) {
		*result = read.experimental;
		*vendor = read.vendor ? read.vendor : VENDOR_3GPP;
	} else {
		*result = read.code;
		*vendor = 0;
	}
	return read.has != 0;
}

static void read_failed_avp(void *into, struct avp *failed)
{
	struct slot *slot = into;
	struct avp_hdr *header;
	struct avp *first = NULL;

	if(fd_msg_browse(failed, MSG_BRW_FIRST_CHILD, &first, NULL) || !first
			|| fd_msg_avp_hdr(first, &header))
		return;
	slot->answer.failed_avp = header->avp_code;
	slot->answer.failed_avp_vendor =
			header->avp_flags & AVP_FLAG_VENDOR ? header->avp_vendor : 0;
	slot->answer.has |= ANSWER_FAILED_AVP;
}

#define ANSWER(member) offsetof(struct slot, answer.member)

static const struct field common_fields[] = {
		FIELD(TEXT, VENDOR_IETF, AVP_ORIGIN_HOST, ANSWER(origin.host)),
		FIELD(TEXT, VENDOR_IETF, AVP_ORIGIN_REALM, ANSWER(origin.realm)),
		FIELD_BY(VENDOR_IETF, AVP_FAILED_AVP, read_failed_avp),
		FIELDS_END,
};

void command_read_answer(struct slot *slot, struct msg *answer)
{
	const struct command *command = &commands[slot->request.operation];

	memset(&slot->answer, 0, sizeof(slot->answer));
	/* the octets may be those of the request: none has them in both directions */
	slot->user_data_len = 0;
	read_fields(slot, answer, common_fields);
	if(command->answer)
		read_fields(slot, answer, command->answer);
	slot->answer.outcome = command_read_result(&slot->answer.result,
								   &slot->answer.vendor, answer)
								   ? DIAMETER_ANSWERED
								   : DIAMETER_MALFORMED;
}

/* --- requests to us ----------------------------------------------------------- */

static const struct field origin_fields[] = {
		FIELD(TEXT, VENDOR_IETF, AVP_ORIGIN_HOST,
				offsetof(struct slot, request.peer.host)),
		FIELD(TEXT, VENDOR_IETF, AVP_ORIGIN_REALM,
				offsetof(struct slot, request.peer.realm)),
		FIELDS_END,
};

static enum diameter_operation operation_of(const struct msg_hdr *header)
{
	for(int i = 0; i < DIAMETER_OPERATIONS; i++)
		if(commands[i].request && commands[i].code == header->msg_code
				&& commands[i].application == header->msg_appl)
			return (enum diameter_operation)i;
	return DIAMETER_NO_OPERATION;
}

uint32_t command_read_request(
		uint32_t *vendor, struct slot *slot, struct msg *request)
{
	struct msg_hdr *header;
	enum diameter_operation operation;

	*vendor = 0;
	if(fd_msg_hdr(request, &header))
		return DIAMETER_UNABLE_TO_COMPLY;
	operation = operation_of(header);
	if(operation == DIAMETER_NO_OPERATION)
		return DIAMETER_COMMAND_UNSUPPORTED;
	slot->request.operation = (uint8_t)operation;
	if(header->msg_flags & CMD_FLAG_RETRANSMIT)
		slot->request.has |= REQUEST_RETRANSMITTED;
	read_fields(slot, request, origin_fields);
	read_fields(slot, request, commands[operation].request);
	return commands[operation].check(vendor, slot);
}

/* --- answers of ours ---------------------------------------------------------- */

static void write_result(
		struct avp_writer *w, const struct diameter_answer *answer)
{
	struct avp_writer group;

	if(answer->vendor == 0) {
		write_u32(w, VENDOR_IETF, AVP_RESULT_CODE, answer->result);
		return;
	}
	write_group(&group, w, VENDOR_IETF, AVP_EXPERIMENTAL_RESULT);
	write_u32(&group, VENDOR_IETF, AVP_VENDOR_ID, answer->vendor);
	write_u32(
			&group, VENDOR_IETF, AVP_EXPERIMENTAL_RESULT_CODE, answer->result);
	write_group_end(&group, w);
}

static bool is_protocol_error(const struct diameter_answer *answer)
{
	return answer->vendor == 0 && answer->result / 1000 == 3;
}

int command_build_reply(struct msg **message, enum diameter_operation operation,
		const struct diameter_answer *answer)
{
	struct avp_writer w = {NULL, 0};
	struct msg_hdr *header;

	w.error = fd_msg_new_answer_from_req(fd_g_config->cnf_dict, message,
			is_protocol_error(answer) ? MSGFL_ANSW_ERROR : 0);
	if(!w.error)
		w.error = fd_msg_hdr(*message, &header);
	if(w.error)
		return w.error;
	w.into = *message;
	/* RFC 6733 6.2: as in the request; the grammar of errors has neither application nor session state (7.2) */
	header->msg_flags |= CMD_FLAG_PROXIABLE;
	if(is_protocol_error(answer)) {
		write_identity(&w);
		write_result(&w, answer);
		return w.error;
	}
	write_application(&w, commands[operation].application);
	write_result(&w, answer);
	write_origin(&w);
	return w.error;
}

bool command_served(uint32_t *code, uint32_t *application, unsigned number)
{
	for(int i = 0; i < DIAMETER_OPERATIONS; i++)
		if(commands[i].request && number-- == 0) {
			*code = commands[i].code;
			*application = commands[i].application;
			return true;
		}
	return false;
}
