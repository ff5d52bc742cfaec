/*
 * Moments as people write them. Pure; the client's parent process and the
 * server.
 */
#include "common/since.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/duration.h"
#include "common/entry.h"

/* n digits as a number from min to max; the last character behind them, -1:
 * they are none. */
static int
digits(const char **at, size_t n, int min, int max)
{
	int value = 0;

	if (strspn(*at, "0123456789") < n)
		return -1;
	while (n-- > 0)
		value = 10 * value + (*(*at)++ - '0');
	return value >= min && value <= max ? value : -1;
}

static bool
one_of(const char **at, const char *which)
{
	return **at != '\0' && strchr(which, *(*at)++) != NULL;
}

/* "2026-11-20T14:02:11", all of it there and on the calendar. */
static bool
take_day(const char **at, struct tm *tm)
{
	int mday;

	memset(tm, 0, sizeof(*tm));
	tm->tm_year = digits(at, 4, 1970, 9999) - 1900;
	if (tm->tm_year < 0 || !one_of(at, "-"))
		return false;
	tm->tm_mon = digits(at, 2, 1, 12) - 1;
	if (tm->tm_mon < 0 || !one_of(at, "-"))
		return false;
	tm->tm_mday = mday = digits(at, 2, 1, 31);
	if (mday == -1 || !one_of(at, "Tt "))
		return false;
	tm->tm_hour = digits(at, 2, 0, 23);
	if (tm->tm_hour == -1 || !one_of(at, ":"))
		return false;
	tm->tm_min = digits(at, 2, 0, 59);
	if (tm->tm_min == -1 || !one_of(at, ":"))
		return false;
	tm->tm_sec = digits(at, 2, 0, 59);
	return tm->tm_sec != -1;
}

static bool
take_zone(const char **at, int *minutes)
{
	int hours, rest, sign;

	*minutes = 0;
	if (**at == 'Z' || **at == 'z') {
		(*at)++;
		return true;
	}
	sign = **at == '-' ? -1 : 1;
	if (!one_of(at, "+-") || (hours = digits(at, 2, 0, 23)) == -1 ||
	    !one_of(at, ":") || (rest = digits(at, 2, 0, 59)) == -1)
		return false;
	*minutes = sign * (60 * hours + rest);
	return true;
}

static bool
take_moment(const char *at, int64_t *ms)
{
	struct tm tm;
	int mday, minutes, i, fraction = 0;

	if (!take_day(&at, &tm))
		return false;
	mday = tm.tm_mday;
	if (*at == '.') {
		at++;
		if (*at < '0' || *at > '9')
			return false;
		for (i = 100; *at >= '0' && *at <= '9'; at++, i /= 10)
			fraction += i * (*at - '0');
	}
	if (!take_zone(&at, &minutes) || *at != '\0')
		return false;
	*ms = ((int64_t)timegm(&tm) - 60 * minutes) * 1000 + fraction;
	/* The 31st of a shorter month is none of its days. */
	return tm.tm_mday == mday;
}

bool
since_parse(struct since *s, const char *text, int64_t wall_ms)
{
	const char *why;
	int64_t ago;

	memset(s, 0, sizeof(*s));
	if (*text != '\0' && text[strspn(text, "0123456789")] == '\0') {
		s->is_number = true;
		s->number = (uint64_t)strtonum(text, 0,
		    (long long)ENTRY_SEQ_MAX, &why);
		return why == NULL;
	}
	if (duration_parse(text, &ago) == DURATION_OK) {
		s->ms = ago < wall_ms ? wall_ms - ago : 0;
		return true;
	}
	return take_moment(text, &s->ms);
}
