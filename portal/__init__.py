"""The portal: one package a feature, each built the same way; ``portal.app`` puts them together."""
