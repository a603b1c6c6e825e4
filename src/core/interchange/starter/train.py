"""Fine-tunes a chat model on the conversations of this dataset with TRL.

    python train.py --dry-run      shows how long the conversations are, trains nothing
    python train.py                trains on one GPU
    accelerate launch --config_file accelerate.yaml train.py     trains on many

All settings stand in config.yaml. The loss is taken on the assistant's turns alone.
"""

import argparse
import json
from pathlib import Path

import yaml
from datasets import Dataset
from transformers import AutoTokenizer
from trl import SFTConfig, SFTTrainer

HERE = Path(__file__).resolve().parent


def read_part(folder: Path, part: str) -> Dataset | None:
    """The conversations of one part with their tools, or None when the part has no file."""
    path = folder / f"{part}.jsonl"
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    kept = [{"messages": row["messages"], "tools": row["tools"]} for row in rows]
    # Arguments and schemas have any shape; a table with fixed columns would fill them with nulls.
    return Dataset.from_list(kept, on_mixed_types="use_json")


def show_lengths(model: str, template: str | None, folder: Path, max_length: int) -> None:
    """Prints how many tokens the conversations have, and how many would be cut."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    if template is not None:
        tokenizer.chat_template = (HERE / template).read_text(encoding="utf-8")
    for part in ("train", "validation", "test"):
        path = folder / f"{part}.jsonl"
        if not path.exists():
            continue
        with path.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        lengths = sorted(
            len(tokenizer.apply_chat_template(row["messages"], tools=row["tools"], return_dict=True)["input_ids"])
            for row in rows
        )
        cut = sum(length > max_length for length in lengths)
        print(
            f"{part}: {len(lengths)} conversations, {lengths[0]} to {lengths[-1]} tokens, "
            f"median {lengths[len(lengths) // 2]}, {cut} longer than max_length {max_length}"
        )


def lora_config(settings: dict | None):
    """The adapter to train, or None to train all weights."""
    if settings is None:
        return None
    from peft import LoraConfig

    return LoraConfig(task_type="CAUSAL_LM", **settings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=HERE / "config.yaml")
    parser.add_argument("--dry-run", action="store_true", help="show lengths only")
    options = parser.parse_args()
    config = yaml.safe_load(options.config.read_text(encoding="utf-8"))
    folder = (HERE / config["data"]).resolve()
    training = dict(config["training"])
    template = config.get("chat_template")
    if options.dry_run:
        show_lengths(config["model"], template, folder, training["max_length"])
        return
    train = read_part(folder, "train")
    if train is None:
        raise SystemExit(f"{folder}: expected train.jsonl in this folder.")
    validation = read_part(folder, "validation")
    if validation is None:
        training["eval_strategy"] = "no"
    if template is not None:
        training["chat_template_path"] = str(HERE / template)
    trainer = SFTTrainer(
        model=config["model"],
        args=SFTConfig(**training),
        train_dataset=train,
        eval_dataset=validation,
        peft_config=lora_config(config.get("lora")),
    )
    trainer.train()
    trainer.save_model()


if __name__ == "__main__":
    main()
