/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Dispatching and the frame of answers: see answer.h.
 */
#include "answer.h"

#include "delay.h"
#include "diameter/dictionary.h"
#include "faults.h"
#include "wire.h"

/* of no standard: what a receiver does not know and must */
#define UNKNOWN_AVP_CODE 9999

#define HANDLERS_MAX 8

struct handler
{
	uint32_t application;
	uint32_t command;
	answer_fn *fn;
};

static struct handler handlers[HANDLERS_MAX];
static size_t handler_count;

int reply_result(struct reply *reply, enum diameter_result code)
{
	reply->vendor = VENDOR_IETF;
	reply->code = code;
	return 0;
}

int reply_experimental(struct reply *reply, enum diameter_experimental code)
{
	reply->vendor = VENDOR_3GPP;
	reply->code = code;
	return 0;
}

void origin_of(char *out, struct msg *msg, uint32_t code)
{
	if(!avp_text(out, IDENTITY_MAX, msg, VENDOR_IETF, code))
		out[0] = '\0';
}

int add_head(struct msg *msg, uint32_t application)
{
	struct avp *group = NULL;
	int error = avp_add_group(
			&group, msg, VENDOR_IETF, AVP_VENDOR_SPECIFIC_APPLICATION_ID);

	if(!error)
		error = avp_add_u32(group, VENDOR_IETF, AVP_VENDOR_ID, VENDOR_3GPP);
	if(!error)
		error = avp_add_u32(
				group, VENDOR_IETF, AVP_AUTH_APPLICATION_ID, application);
	if(!error)
		error = avp_add_u32(
				msg, VENDOR_IETF, AVP_AUTH_SESSION_STATE, NO_STATE_MAINTAINED);
	return error ? error : fd_msg_add_origin(msg, 0);
}

static int add_result(struct reply *reply)
{
	struct avp *group = NULL;
	struct msg_hdr *header;
	int error;

	if(reply->vendor == VENDOR_IETF) {
		error = fd_msg_hdr(reply->answer, &header);
		if(!error && reply->code / 1000 == 3)
			header->msg_flags |= CMD_FLAG_ERROR;
		return error ? error
					 : avp_add_u32(reply->answer, VENDOR_IETF, AVP_RESULT_CODE,
							 reply->code);
	}
	error = avp_add_group(
			&group, reply->answer, VENDOR_IETF, AVP_EXPERIMENTAL_RESULT);
	if(!error)
		error = avp_add_u32(group, VENDOR_IETF, AVP_VENDOR_ID, VENDOR_3GPP);
	return error ? error
				 : avp_add_u32(group, VENDOR_IETF, AVP_EXPERIMENTAL_RESULT_CODE,
						 reply->code);
}

static void drop_avp(struct msg *msg, uint32_t vendor, uint32_t code)
{
	struct avp *avp = avp_first(msg, vendor, code);

	if(avp)
		fd_msg_free(avp);
}

static int add_unknown(struct msg *msg)
{
	union avp_value value = {.os = {(uint8_t *)"?", 1}};
	struct avp *avp = NULL;
	struct avp_hdr *header;
	int error = fd_msg_avp_new(
			dictionary_avp(VENDOR_3GPP, AVP_SC_ADDRESS), 0, &avp);

	if(error)
		return error;
	error = fd_msg_avp_setvalue(avp, &value);
	if(!error)
		error = fd_msg_avp_hdr(avp, &header);
	if(!error)
		error = fd_msg_avp_add(msg, MSG_BRW_LAST_CHILD, avp);
	if(error) {
		fd_msg_free(avp);
		return error;
	}
	header->avp_code = UNKNOWN_AVP_CODE;
	header->avp_flags = AVP_FLAG_VENDOR | AVP_FLAG_MANDATORY;
	return 0;
}

static int add_garbage(struct msg *msg)
{
	static const uint8_t garbage[] = {0xFF, 0xFE, '<', 0x00, 0x80, '>', '&'};

	drop_avp(msg, VENDOR_3GPP, AVP_USER_DATA);
	return avp_add_octets(
			msg, VENDOR_3GPP, AVP_USER_DATA, garbage, sizeof(garbage));
}

static int spoil(struct msg *answer, const struct fault *fault)
{
	int error = 0;

	if(fault->garbage)
		error = add_garbage(answer);
	if(!error && fault->unknown_avp)
		error = add_unknown(answer);
	if(fault->no_session)
		drop_avp(answer, VENDOR_IETF, AVP_SESSION_ID);
	return error;
}

/* Let the command's function answer, or the fault in its place. */
static int fill(struct reply *reply, const struct handler *handler,
		const struct fault *fault)
{
	int error = add_head(reply->answer, handler->application);

	if(error)
		return error;
	if(fault->result)
		reply_result(reply, fault->result);
	else if(fault->experimental)
		reply_experimental(reply, fault->experimental);
	else if(handler->fn(reply))
		reply_result(reply, DIAMETER_UNABLE_TO_COMPLY);
	error = add_result(reply);
	return error ? error : spoil(reply->answer, fault);
}

/* The answer to libfdcore, or to the thread of delayed ones. */
static int leave(struct msg **msg, const struct reply *reply, uint32_t delay,
		enum disp_action *action)
{
	if(delay == 0) {
		*msg = reply->answer;
		*action = DISP_ACT_SEND;
		return 0;
	}
	*msg = NULL;
	*action = DISP_ACT_CONT;
	return delay_answer(reply->answer, delay);
}

static int dispatch(struct msg **msg, struct avp *avp, struct session *session,
		void *opaque, enum disp_action *action)
{
	const struct handler *handler = opaque;
	struct reply reply = {.request = *msg, .code = DIAMETER_SUCCESS};
	struct fault fault;
	int error;

	(void)avp, (void)session;
	faults_take(&fault, handler->command);
	if(fault.disconnect)
		wire_cut();
	if(fault.disconnect || fault.silence) {
		fd_msg_free(*msg);
		*msg = NULL;
		*action = DISP_ACT_CONT;
		return 0;
	}
	error = fd_msg_new_answer_from_req(fd_g_config->cnf_dict, msg, 0);
	if(error)
		return error;
	reply.answer = *msg;
	error = fill(&reply, handler, &fault);
	if(!error)
		error = leave(msg, &reply, fault.delay, action);
	if(error) {
		/* the request goes with it */
		fd_msg_free(reply.answer);
		*msg = NULL;
	}
	return error;
}

int answer_register(uint32_t application, uint32_t command, answer_fn *fn)
{
	struct disp_when when = {.app = dictionary_application(application),
			.command = dictionary_command(command, true)};
	struct handler *handler;
	int error;

	if(handler_count == HANDLERS_MAX)
		return ENOSPC;
	handler = &handlers[handler_count++];
	*handler = (struct handler){application, command, fn};
	error = fd_disp_register(dispatch, DISP_HOW_CC, &when, handler, NULL);
	return error ? error
				 : fd_disp_app_support(
						 when.app, dictionary_vendor_3gpp(), 1, 0);
}
