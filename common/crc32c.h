/*
 * CRC-32C (Castagnoli), as in RFC 3720, appendix B.4. Pure.
 */
#ifndef COMMON_CRC32C_H
#define COMMON_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *, size_t);
/* The same where the processor knows no better. */
uint32_t crc32c_by_tables(const void *, size_t);

#endif
