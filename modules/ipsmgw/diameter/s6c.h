/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * S6c: the bodies of SRR and RDR and what is read of their answers (TS 29.338 5.3.2). For command.c.
 */
#ifndef IPSMGW_DIAMETER_S6C_H
#define IPSMGW_DIAMETER_S6C_H

#include "avp_read.h"
#include "avp_write.h"
#include "slots.h"

/* EINVAL in the writer: neither MSISDN nor IMSI; RDR also: no SC-Address, no delivery. */
void s6c_write_srr(struct avp_writer *w, const struct slot *slot);
void s6c_write_rdr(struct avp_writer *w, const struct slot *slot);

/* Into a struct slot, nodes included. */
extern const struct field s6c_answer_fields[];

#endif
