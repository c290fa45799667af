/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a Diameter peer sends, whole messages: answers and requests to us, through libfdproto and our reading of them. All texts
 * end within their room, all numbers are digits, counts are within their bounds, and what is handed to the gateway has an
 * identity and data. The first octet chooses the operation the answer belongs to.
 */
#include "diameter/command.h"
#include "diameter_core.h"

static struct slot slot;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if(core_start())
		abort();
	return 0;
}

static void check_text(const char *text, size_t room)
{
	if(!memchr(text, '\0', room))
		abort();
}

static void check_digits(const char *digits)
{
	check_text(digits, sizeof(diameter_digits));
	if(strspn(digits, "0123456789") != strlen(digits))
		abort();
}

static void check_node(const struct diameter_node *node)
{
	check_digits(node->number);
	check_text(node->name, sizeof(node->name));
	check_text(node->realm, sizeof(node->realm));
	if(node->type >= DIAMETER_NODE_TYPES
			|| (!node->number[0] && !node->name[0]))
		abort();
}

static void read_answer(struct msg *message, uint8_t operation)
{
	const struct diameter_answer *answer = &slot.answer;

	/* garbage, so that what is not set is seen */
	memset(&slot, 0xa5, sizeof(slot));
	slot.request.operation = operation;
	command_read_answer(&slot, message);
	check_text(answer->origin.host, sizeof(answer->origin.host));
	check_text(answer->origin.realm, sizeof(answer->origin.realm));
	check_text(answer->user_name, sizeof(answer->user_name));
	check_digits(answer->msisdn);
	if(answer->nodes > DIAMETER_NODES_MAX
			|| slot.user_data_len > DIAMETER_USER_DATA_MAX)
		abort();
	for(unsigned i = 0; i < answer->nodes; i++)
		check_node(&slot.node[i]);
	if(answer->outcome == DIAMETER_ANSWERED
					? answer->absent_set >> DIAMETER_NODE_TYPES
					: answer->result != 0)
		abort();
}

static void read_request(struct msg **message)
{
	struct diameter_answer answer = {.result = DIAMETER_SUCCESS};
	uint32_t vendor, result;

	memset(&slot, 0, sizeof(slot));
	result = command_read_request(&vendor, &slot, *message);
	check_text(slot.request.identity, sizeof(slot.request.identity));
	check_text(slot.request.user_name, sizeof(slot.request.user_name));
	if(result) {
		answer.result = result;
		answer.vendor = vendor;
	} else if(!slot.request.identity[0] || slot.user_data_len == 0) {
		abort();
	}
	command_build_reply(
			message, (enum diameter_operation)slot.request.operation, &answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg *message;
	struct msg_hdr *header;

	if(size < 1)
		return 0;
	message = core_parse(data + 1, size - 1);
	if(!message)
		return 0;
	if(fd_msg_hdr(message, &header))
		abort();
	if(header->msg_flags & CMD_FLAG_REQUEST)
		read_request(&message);
	else
		read_answer(message, data[0] % DIAMETER_OPERATIONS);
	fd_msg_free(message);
	return 0;
}
