/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh: the bodies of PUR, UDR and SNR, and what is read of their answers and of PNR (TS 29.329 6.1). User-Data is carried as
 * octets; the XML in it is not looked at. For command.c.
 */
#ifndef IPSMGW_DIAMETER_SH_H
#define IPSMGW_DIAMETER_SH_H

#include "avp_read.h"
#include "avp_write.h"
#include "slots.h"

/* EINVAL in the writer: no identity, no Data-Reference, no User-Data (PUR). */
void sh_write_pur(struct avp_writer *w, const struct slot *slot);
void sh_write_udr(struct avp_writer *w, const struct slot *slot);
void sh_write_snr(struct avp_writer *w, const struct slot *slot);

/* Into a struct slot. */
extern const struct field sh_answer_fields[];
extern const struct field sh_pnr_fields[];

/* 0, or the result code to refuse the PNR with. */
uint32_t sh_check_pnr(uint32_t *vendor, const struct slot *slot);

#endif
