/*
 * Spans of time. Pure; used by every program.
 */
#include "common/duration.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum duration
duration_parse(const char *text, int64_t *ms)
{
	static const char units[] = "smhd";
	static const int64_t unit_s[] = { 1, 60, 3600, 86400 };
	const int64_t max_s = INT64_C(1000) * 365 * 86400;
	char digits[24];
	const char *unit, *why;
	size_t len = strspn(text, "0123456789");
	int64_t factor = 1;

	if (len == 0 || len >= sizeof(digits))
		return DURATION_MALFORMED;
	if (text[len] != '\0') {
		unit = strchr(units, text[len]);
		if (unit == NULL || text[len + 1] != '\0')
			return DURATION_MALFORMED;
		factor = unit_s[unit - units];
	}
	memcpy(digits, text, len);
	digits[len] = '\0';
	*ms = strtonum(digits, 0, max_s / factor, &why) * factor * 1000;
	return why == NULL ? DURATION_OK : DURATION_LONG;
}
