/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a Sh-Data document of the HSS adds to what is known of a subscriber. Plain C; only for read.c.
 */
#ifndef IPSMGW_HSS_DOCUMENT_H
#define IPSMGW_HSS_DOCUMENT_H

#include "../ims/xmldoc.h"
#include "read.h"

/* Nothing is known: no text, no state. */
void hss_data_clear(struct hss_data *out);

/* Take what the document says that was not known before. The answer to the references that were asked, which are
 * answered now even when it has nothing of them; an HSS that tells more than it was asked has answered that, too.
 * XMLDOC_OK, or why it cannot be read; then nothing was changed. One call in a process at a time. */
enum xmldoc_error hss_data_add(
		struct hss_data *data, uint64_t asked, struct span document);

#endif
