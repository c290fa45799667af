/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh, S6c and SGd in the dictionary of libfdcore: applications, commands, AVPs and rules. For the process that runs
 * libfdcore and for the HSS of the tests. What another dictionary defined before (dict_dcca_3gpp has some, from 1.5.0 on most
 * of them) stays as it is.
 */
#ifndef IPSMGW_DIAMETER_DICTIONARY_H
#define IPSMGW_DIAMETER_DICTIONARY_H

#include <stdbool.h>
#include <stdint.h>

#include "codes.h"

struct avp;
struct dict_object;

/* Define what is missing. After fd_core_parseconf, or in an extension's entry after the other dictionaries. Again: no harm. 0, or -1 and
 * a line in the log of libfdcore: out of memory, or a definition of somebody else that is no such AVP (a number where we need octets). */
int dictionary_load(void);

/* The objects by their codes, as found or made by dictionary_load(). NULL: not in our tables. They live as long as libfdcore. */
struct dict_object *dictionary_avp(uint32_t vendor, uint32_t code);
struct dict_object *dictionary_command(uint32_t code, bool request);
struct dict_object *dictionary_application(uint32_t id);
struct dict_object *dictionary_vendor_3gpp(void);

/* A new AVP without a value, to be freed by fd_msg_free or added to a message. Its M bit is that of the standard's table; that of
 * fd_msg_avp_new is what the dictionary that came first says. 0, or ENOENT (not in our tables), ENOMEM. */
int dictionary_avp_new(struct avp **out, uint32_t vendor, uint32_t code);

#endif
