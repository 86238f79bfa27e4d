/* Synthetic bars as CSV on standard output, the same for the same arguments:
 *
 *     candles SYMBOLS BARS INTERVAL-MS SEED
 *
 * One row a symbol and bar, ordered by time. The names are chosen so that any number of partitions
 * that divides SYMBOLS holds equally many of them: the hash that Java clients spread keys with,
 * modulo SYMBOLS, is another one for each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYMBOLS_MAX = 4096, NAME_BYTES = 16 };

static uint32_t murmur2(const char *text, size_t size)
{
    const uint32_t m = 0x5bd1e995;
    const unsigned char *data = (const unsigned char *)text;
    uint32_t h = 0x9747b28cu ^ (uint32_t)size;
    size_t left = size;
    for (; left >= 4; data += 4, left -= 4) {
        uint32_t k =
            data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        k *= m;
        k ^= k >> 24;
        h = h * m ^ k * m;
    }
    for (size_t i = left; i > 0; i--) {
        h ^= (uint32_t)data[i - 1] << (8 * (i - 1));
    }
    h = left ? h * m : h;
    h = (h ^ h >> 13) * m;
    return (h ^ h >> 15) & 0x7fffffff;
}

static char names[SYMBOLS_MAX][NAME_BYTES];
static long prices[SYMBOLS_MAX];

static void choose_names(unsigned count)
{
    unsigned found = 0;
    for (unsigned i = 0; found < count; i++) {
        char name[NAME_BYTES];
        int size = snprintf(name, sizeof name, "S%05uUSDT", i);
        unsigned place = murmur2(name, (size_t)size) % count;
        if (!names[place][0]) {
            memcpy(names[place], name, sizeof name);
            prices[place] = 1000000 + (long)place * 1000;
            found++;
        }
    }
}

static uint64_t state;

static long noise(long range)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (long)(state % (uint64_t)(2 * range + 1)) - range;
}

static void print_bar(unsigned symbol, long time_ms)
{
    long open = prices[symbol], close = open + noise(500);
    close = close < 100000 ? 100000 : close;
    long high = (open > close ? open : close) + labs(noise(200));
    long low = (open < close ? open : close) - labs(noise(200));
    prices[symbol] = close;
    printf("%ld,%s,%ld.%02ld,%ld.%02ld,%ld.%02ld,%ld.%02ld,%ld.%03ld\n", time_ms, names[symbol],
           open / 100, open % 100, high / 100, high % 100, low / 100, low % 100, close / 100,
           close % 100, 500 + labs(noise(400)), labs(noise(400)));
}

int main(int argc, char **argv)
{
    long symbols = argc == 5 ? atol(argv[1]) : 0, bars = argc == 5 ? atol(argv[2]) : 0;
    if (symbols < 1 || symbols > SYMBOLS_MAX || bars < 1 || atol(argv[3]) < 1) {
        fprintf(stderr, "usage: candles SYMBOLS BARS INTERVAL-MS SEED\n");
        return 2;
    }
    state = (uint64_t)atol(argv[4]) * 2654435761u + 88172645463325252u;
    choose_names((unsigned)symbols);
    printf("open_time,symbol,open,high,low,close,volume\n");
    for (long bar = 0; bar < bars; bar++) {
        for (unsigned symbol = 0; symbol < (unsigned)symbols; symbol++) {
            print_bar(symbol, 1672531200000 + bar * atol(argv[3]));
        }
    }
    return fflush(stdout) != 0;
}
