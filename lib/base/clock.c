#include "jianwen/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    if (clock_gettime(id, &ts) != 0) {
        return 0;
    }
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

enum {
    BACK_OFF_NS = 1000 * 1000,
    BACK_OFF_DOUBLED = 6
};

int64_t jw_clock_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t jw_clock_wall_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

void jw_clock_back_off(unsigned repetition)
{
    unsigned doubled = repetition < BACK_OFF_DOUBLED ? repetition : BACK_OFF_DOUBLED;
    const struct timespec pause = {.tv_nsec = (long)BACK_OFF_NS << doubled};
    (void)nanosleep(&pause, NULL);
}
