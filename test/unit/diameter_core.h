/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A libfdcore with the gateway's dictionary and identity and without any peer, for tests of what is built and read; messages
 * to octets and back. For test/unit and test/fuzz.
 */
#ifndef IPSMGW_TEST_DIAMETER_CORE_H
#define IPSMGW_TEST_DIAMETER_CORE_H

#include <stdlib.h>
#include <string.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "diameter/dictionary.h"

/* libfdcore's own objects live as long as the process: they are no leak of ours */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void core_quiet(int level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
}

/* gateway.test of realm ims.test. 0, or -1. */
static int core_start(void)
{
	fd_log_handler_register(core_quiet);
	if(fd_core_initialize())
		return -1;
	fd_g_config->cnf_diamid = strdup("gateway.test");
	fd_g_config->cnf_diamid_len = strlen("gateway.test");
	fd_g_config->cnf_diamrlm = strdup("ims.test");
	fd_g_config->cnf_diamrlm_len = strlen("ims.test");
	return dictionary_load();
}

/* Octets as a message whose values are interpreted. NULL: libfdproto does not take them. */
static struct msg *core_parse(const uint8_t *octets, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct msg *message = NULL;
	struct fd_pei error;

	if(!copy)
		return NULL;
	memcpy(copy, octets, len);
	/* on success the octets belong to the message */
	if(fd_msg_parse_buffer(&copy, len, &message)) {
		free(copy);
		return NULL;
	}
	memset(&error, 0, sizeof(error));
	if(fd_msg_parse_dict(message, fd_g_config->cnf_dict, &error)) {
		if(error.pei_avp_free)
			fd_msg_free(error.pei_avp);
		fd_msg_free(message);
		return NULL;
	}
	return message;
}

#endif
