/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Letters that the default alphabet (TS 23.038 6.2.1) does not have, as those that it has: for names that must be written in
 * it. Pure functions, for this folder.
 */
#ifndef IPSMGW_IMS_TRANSLITERATE_H
#define IPSMGW_IMS_TRANSLITERATE_H

#include <stdint.h>

/* The character itself when the default alphabet or its extension has it; else its letter without accents, the plain
 * form of a quotation mark, dash or blank, the Latin letter of a Greek capital's shape; 0: there is none, as for control
 * characters. */
uint32_t transliterate(uint32_t cp);

#endif
