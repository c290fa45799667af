/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The one place where a decoder of this folder says no. Called by the decoders only.
 */
#include "error.h"

__attribute__((cold)) int sms_refuse(struct sms_error *err, uint8_t cause,
		uint8_t fcs, size_t offset, const char *field, const char *reason)
{
	err->cause = cause;
	err->fcs = fcs;
	err->offset = offset > UINT16_MAX ? UINT16_MAX : (uint16_t)offset;
	err->field = field;
	err->reason = reason;
	return -1;
}
