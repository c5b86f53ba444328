"""A real Prometheus with the configuration that is deployed, over processes on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from tests.deployment.files import PROMETHEUS, loaded
from tests.deployment.programs import program
from tests.support.process import free_port

HOW = "apt-get install prometheus"
READY_SECONDS = 120


class Scraper:
    """A running Prometheus."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session

    async def ask(self, path: str, **parameters: str) -> Any:
        async with self._session.get(f"{self._url}{path}", params=parameters) as answer:
            body = await answer.json()
            assert body["status"] == "success", body
            return body["data"]

    async def query(self, query: str) -> list[Any]:
        return list((await self.ask("/api/v1/query", query=query))["result"])

    async def until(self, query: str) -> None:
        """Return when a query has an answer."""
        async with asyncio.timeout(READY_SECONDS):
            while not await self._answers(query):  # noqa: ASYNC110 - Prometheus tells nobody when it has scraped
                await asyncio.sleep(0.2)

    async def scraped(self, job: str, *, processes: int) -> None:
        """Return when every process of a job was scraped some times from now on: all that it has has a rate then."""
        await self.until(f'count(up{{job="{job}"}} == 1) == {processes}')
        _, now = await self.query("time()")
        await self.until(f'count(timestamp(up{{job="{job}"}}) > {now} + 3) == {processes}')

    async def _answers(self, query: str) -> bool:
        try:
            return bool(await self.query(query))
        except aiohttp.ClientError:  # not listening yet
            return False


def configured(ports: Mapping[str, int], own: str) -> str:
    """Return the configuration that is deployed, with ports of this machine in place of names of containers."""
    config = loaded(PROMETHEUS / "prometheus.yml")
    config["global"] |= {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(PROMETHEUS / name) for name in config["rule_files"]]
    config["scrape_configs"][-1]["static_configs"][0]["targets"] = [own]
    for job in config["scrape_configs"]:
        for found in job.pop("dns_sd_configs", ()):
            job["static_configs"] = [
                {"targets": [f"127.0.0.1:{ports[name]}"], "labels": {"__meta_dns_name": name}}
                for name in found["names"]
                if name in ports
            ]
    return yaml.safe_dump(config)


@asynccontextmanager
async def scraping(folder: Path, ports: Mapping[str, int]) -> AsyncIterator[Scraper]:
    """Run Prometheus over the containers of these names while the block runs."""
    prometheus = program("prometheus", HOW)
    address = f"127.0.0.1:{free_port()}"
    (folder / "prometheus.yml").write_text(configured(ports, address), "utf-8")
    process = await asyncio.create_subprocess_exec(
        prometheus,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={address}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session:
            yield Scraper(f"http://{address}", session)
    finally:
        process.terminate()
        await process.wait()
