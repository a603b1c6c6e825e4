/** What the graphics card offers. Asked of the adapter: that the browser knows WebGPU says nothing of either. */
import { z } from 'zod';

/** Enough of WebGPU to ask what there is. */
const gpuSchema = z.object({
  requestAdapter: z.custom<() => Promise<unknown>>((value) => typeof value === 'function'),
});
const adapterSchema = z.object({
  features: z.custom<ReadonlySet<string>>(
    (value) => typeof value === 'object' && value !== null && 'has' in value,
  ),
  limits: z.object({ maxBufferSize: z.number(), maxStorageBufferBindingSize: z.number() }),
  info: z.object({ vendor: z.string().optional(), architecture: z.string().optional() }).optional(),
});

/** A graphics card that WebGPU reaches. */
export interface Gpu {
  /** Vendor and architecture, where the browser tells. */
  readonly name: string;
  /** Numbers of 16 bits, which the compiled models mostly want. */
  readonly f16: boolean;
  /** Bytes of the largest buffer. */
  readonly maxBuffer: number;
}

/** The graphics card; null where there is none for the page. Never rejects. */
export async function findGpu(navigator: object): Promise<Gpu | null> {
  const gpu = 'gpu' in navigator ? navigator.gpu : undefined;
  if (!gpuSchema.safeParse(gpu).success) return null;
  try {
    const adapter: unknown = await (gpu as z.infer<typeof gpuSchema>).requestAdapter();
    const read = adapterSchema.safeParse(adapter);
    if (!read.success) return null;
    const { features, limits, info } = read.data;
    return {
      name: [info?.vendor, info?.architecture].filter((part) => part !== undefined && part !== '').join(' '),
      f16: features.has('shader-f16'),
      maxBuffer: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
    };
  } catch {
    return null;
  }
}
