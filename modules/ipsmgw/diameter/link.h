/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All that hss/ may see of this folder, in plain C: code points, what is asked and answered, the slots it travels in, and the
 * supervisor that a child of Kamailio becomes.
 */
#ifndef IPSMGW_DIAMETER_LINK_H
#define IPSMGW_DIAMETER_LINK_H

#include "codes.h"
#include "message.h"
#include "slots.h"
#include "supervisor.h"

#endif
