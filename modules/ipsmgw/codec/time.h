/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-SCTS, TP-DT and the absolute TP-VP: seven swapped-BCD octets with a zone in quarter hours (TS 23.040 9.2.3.11).
 */
#ifndef IPSMGW_CODEC_TIME_H
#define IPSMGW_CODEC_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMS_TIME_OCTETS 7
#define SMS_TIME_TEXT_MAX 32

struct sms_time
{
	uint8_t raw
			[SMS_TIME_OCTETS]; /* as received; this is what tp_encode() sends */
	bool in_range; /* there is such a date, time and zone; else the fields hold the digits as received */
	uint16_t year; /* 2000 to 2099: 00-69 and 70-99 alike, see docs/design.md */
	uint8_t month, day, hour, minute, second;
	int8_t quarters; /* zone, quarter hours east of UTC */
};

/* Decode seven octets. 0, or -1 when a semi-octet before the zone is no digit. Digits that make no date, and a zone that
 * is none, are no error, since service centres send such (all zeros, a zone of A0): in_range tells. */
int sms_time_decode(struct sms_time *out, const uint8_t in[SMS_TIME_OCTETS]);

/* Encode the fields (neither raw nor in_range count) into seven octets. 0, or -1 when a field is out of its range. */
int sms_time_encode(uint8_t out[SMS_TIME_OCTETS], const struct sms_time *in);

/* The instant `utc` (seconds since 1970) in the zone `quarters` (-79 to 79), raw filled as well. 0, or -1 when the year
 * there is not 2000 to 2099. */
int sms_time_from_utc(struct sms_time *out, int64_t utc, int quarters);

/* Seconds since 1970 of the instant; fields out of range carry over (month 13 is January of the next year). */
int64_t sms_time_to_utc(const struct sms_time *in);

/* ISO 8601 with the zone, "2026-11-22T09:41:07+01:00"; out holds SMS_TIME_TEXT_MAX octets. */
void sms_time_print(char out[SMS_TIME_TEXT_MAX], const struct sms_time *in);

#endif
